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
  /** So that it has nothing of rows that are gone, where that is not for a server to do. */
  trimLog(): Promise<void>;
  close(): Promise<void>;
}
