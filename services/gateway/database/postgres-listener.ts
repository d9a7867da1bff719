// A connection of its own that hears notifications, made again whenever it breaks.

import { Client } from 'pg';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import type { Listener } from './connection.js';

/** Between two tries, in ms. */
const interval = 1_000;

export class PostgresListener {
  private readonly connections: RepeatedPass;
  private client: Client | undefined;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly listener: Listener,
    log: Logger,
  ) {
    this.connections = new RepeatedPass({
      pass: () => this.listenOnce(),
      pause: interval,
      failed: (err) => log.debug({ err, channel }, 'notifications are not heard'),
    });
    this.connections.start();
  }

  async close(): Promise<void> {
    const stopped = this.connections.stop();
    await this.client?.end();
    await stopped;
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
