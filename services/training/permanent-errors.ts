// Which of the engine's errors no retry can heal.
import { PermanentError } from '#platform/errors/permanent.error.js';

/**
 * By name: errors lose their class on the way out of the training thread. Their messages hold no
 * tenant's text.
 */
const HOPELESS: ReadonlySet<string> = new Set([
  'TrainingError',
  'ChoiceError',
  'CheckpointError',
  'ConversationError',
  'TokenizerMismatchError',
  'AdapterError',
  'UnknownModelError',
]);

export function permanentIfHopeless(error: unknown): never {
  if (error instanceof Error && HOPELESS.has(error.name))
    throw new PermanentError(error.message, { cause: error });
  throw error;
}
