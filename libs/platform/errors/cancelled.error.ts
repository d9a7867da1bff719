// The reason a job's signal is aborted with when its owner cancelled it.

/** `failedReason` of a job that was cancelled. */
export const CANCELLED = 'cancelled';

export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super(CANCELLED);
  }
}
