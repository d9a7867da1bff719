// The reason a job's signal is aborted with when its process is about to end.

export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
  constructor() {
    super('the process is shutting down');
  }
}
