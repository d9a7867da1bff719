// What each kind of database brings.

import type { Sql } from './sql.js';

/** Who hears of the notifications of a channel. */
export interface Listener {
  notified(payload: string): void;
  /** Called whenever the channel is heard: what was sent before is lost. */
  listening(): void;
}

export interface Connection {
  readonly sql: Sql;
  /** @returns ends it. */
  listen(channel: string, listener: Listener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
