// A connection of its own that hears notifications, made again whenever it breaks.

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '#platform/log/logger.js';
import type { Listener } from './connection.js';

/** Between two tries, in ms. */
const interval = 1_000;

export class PostgresListener {
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;
  private client: Client | undefined;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly listener: Listener,
    private readonly log: Logger,
  ) {
    this.ended = this.run(this.stopping.signal);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.client?.end();
    await this.ended;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.listenOnce().catch((err: unknown) =>
        this.log.debug({ err, channel: this.channel }, 'notifications are not heard'),
      );
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves or rejects when the connection has ended. */
  private async listenOnce(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    this.client = client;
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => this.listener.notified(payload ?? ''));
    // Not events.once: it rejects with an error that comes first, where nobody waits for it yet.
    const ended = new Promise((resolve) => client.once('end', resolve));
    await client.connect();
    await client.query(`LISTEN ${this.channel}`);
    this.listener.listening();
    await ended;
  }
}
