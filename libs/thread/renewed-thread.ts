// A thread that is started when it is first needed, and anew where the last one has ended.

import type { Protocol } from './protocol.js';
import { Thread } from './thread.js';

export class RenewedThread<P extends Protocol> {
  private last: Thread<P> | undefined;

  /** As of Thread. */
  constructor(
    private readonly file: URL,
    private readonly name: string,
    private readonly start: P['start'],
  ) {}

  /** The one to call now. */
  get current(): Thread<P> {
    if (!this.last || this.last.hasEnded) this.last = new Thread(this.file, this.name, this.start);
    return this.last;
  }

  /** The one that is there already; absent: none is. */
  get running(): Thread<P> | undefined {
    return this.last?.hasEnded ? undefined : this.last;
  }

  async close(): Promise<void> {
    await this.last?.close();
  }
}
