// A pass over what is to be done, at once and again and again: each begins a while after the end of
// the one before it.

import { setTimeout as delay } from 'node:timers/promises';

export interface RepeatedPassOptions {
  readonly pass: () => Promise<void>;
  /** Between the end of a pass and the next one, in ms. */
  readonly pause: number;
  /** Told of a pass that rejects: the next one comes all the same. */
  readonly failed: (error: unknown) => void;
}

export class RepeatedPass {
  private stopping = new AbortController();
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly options: RepeatedPassOptions) {}

  start(): void {
    this.stopping = new AbortController();
    this.ended = this.run(this.stopping.signal);
  }

  /** Resolves when the pass that is under way has ended. It may be started again then. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { pass, pause, failed } = this.options;
    while (!signal.aborted) {
      await pass().catch(failed);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
