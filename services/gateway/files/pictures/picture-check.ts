// Whether pictures can be read, as the worker that trains on them will: a data set that shows a damaged
// one is refused when it comes.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pLimit from 'p-limit';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { PictureProtocol } from './picture-protocol.js';

@Injectable()
export class PictureCheck implements OnApplicationShutdown {
  private readonly thread = new RenewedThread<PictureProtocol>(
    new URL('picture-thread.js', import.meta.url),
    'pictures',
    undefined,
  );
  /** One is decoded at a time, of whichever data set: it takes up to 120 MB. */
  private readonly oneByOne = pLimit(1);

  /** @returns what is wrong with it, in words that quote nothing of it. */
  problemOf(bytes: Uint8Array): Promise<string | undefined> {
    return this.oneByOne(() => this.thread.current.call('problemOf', bytes));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}
