// The queue cannot be reached: callers answer 503 or try again later.

export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
  constructor(cause?: unknown) {
    super('the job queue (Redis) is not reachable', { cause });
  }
}
