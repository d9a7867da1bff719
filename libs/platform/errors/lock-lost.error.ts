// The reason a job's signal is aborted with when the queue may have given the job to another
// worker.

export class LockLostError extends Error {
  override readonly name = 'LockLostError';
  constructor() {
    super('the lock on the job was lost');
  }
}
