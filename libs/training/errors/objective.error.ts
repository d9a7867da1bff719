import { TrainingError } from './training.error.js';

/** An objective or mask that does not exist, or an option of one that it does not take. */
export class ObjectiveError extends TrainingError {
  constructor(
    /** Path of the field below the choice; empty where the choice itself is at fault. */
    readonly path: readonly PropertyKey[],
    message: string,
  ) {
    super(message);
  }
}
