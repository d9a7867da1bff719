// Where an endpoint is and how it may be used.

export interface ChatOptions {
  /** What the endpoint's settings begin with: errors name TEACHER_URL, not its value. */
  readonly settings: string;
  /** Base URL of the API, such as https://host/v1. */
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  /** Requests under way at a time, over all jobs of the process. */
  readonly concurrency: number;
  /** Longest time for one request, from its start to the reply's last byte, in ms. */
  readonly timeoutMs: number;
  /** Requests after the first one, where another may help. */
  readonly retries: number;
  /** Delay before the second request, in ms; 500 where absent. */
  readonly backoffMs?: number;
}
