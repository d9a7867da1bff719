// Errors lose their class on the way between threads.
import { CheckpointMismatchError } from './checkpoint-mismatch.error.js';
import { TrainingError } from './training.error.js';

export function reviveError({
  name,
  message,
}: {
  readonly name: string;
  readonly message: string;
}): Error {
  if (name === 'TrainingError') return new TrainingError(message);
  if (name === 'CheckpointMismatchError') return new CheckpointMismatchError(message);
  return Object.assign(new Error(message), { name });
}
