// Raised where training is to be resumed from a checkpoint that is damaged or of another run.
export class CheckpointMismatchError extends Error {
  override readonly name = 'CheckpointMismatchError';
}
