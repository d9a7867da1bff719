// The reason a job's signal is aborted with when one try took longer than the catalog allows.

export class JobTimeoutError extends Error {
  override readonly name = 'JobTimeoutError';
  constructor(queue: string, milliseconds: number) {
    super(`${queue} took longer than ${milliseconds / 1000} s`);
  }
}
