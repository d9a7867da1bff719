// Whether pictures can be read, as whoever sees them will read them: a damaged one, or a data set that
// shows one, is refused when it comes.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { PictureProtocol } from './picture-protocol.js';

/**
 * @param open is asked for the bytes when it is their turn, so that those who wait hold none.
 * @returns what is wrong with the picture, in words that quote nothing of it.
 */
export type ProblemOf = (
  open: () => Uint8Array | Promise<Uint8Array>,
) => Promise<string | undefined>;

@Injectable()
export class PictureCheck implements OnApplicationShutdown {
  private readonly thread = new RenewedThread<PictureProtocol>(
    new URL('picture-thread.js', import.meta.url),
    'pictures',
    undefined,
  );
  /** One is decoded at a time, of whichever tenant: it takes up to 120 MB. */
  private readonly oneByOne = pLimit(1);
  /** A tenant has one in that row at a time, so that tenants take turns. */
  private readonly rows = new Map<string, LimitFunction>();

  /** Of a tenant's pictures. */
  of =
    (tenantId: string): ProblemOf =>
    async (open) => {
      const row = this.rows.get(tenantId) ?? pLimit(1);
      this.rows.set(tenantId, row);
      try {
        return await row(() =>
          this.oneByOne(async () => this.thread.current.call('problemOf', await open())),
        );
      } finally {
        if (row.activeCount + row.pendingCount === 0) this.rows.delete(tenantId);
      }
    };

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}
