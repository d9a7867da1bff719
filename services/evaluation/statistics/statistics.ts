// Figures of all the rows of an audit, computed beside the thread that answers.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { AuditFigures } from '../audit/findings.js';
import type { Tally } from '../audit/tally.js';
import type { StatisticsProtocol } from './statistics-protocol.js';

@Injectable()
export class Statistics implements OnApplicationShutdown {
  private readonly thread = new RenewedThread<StatisticsProtocol>(
    new URL('statistics-thread.js', import.meta.url),
    'statistics',
    undefined,
  );

  /** @param signal of the job: once it aborts, nobody waits for the figures. */
  audit({ tallied }: Tally, signal: AbortSignal): Promise<AuditFigures> {
    return this.thread.current.call('audit', tallied, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}
