// Bytes of keys and values that the lanes of a model may take together.

import type { ModelConfig } from '#models/types.js';
import { cacheBytes } from './cache-bytes.js';

/** One lane's part. */
export interface Room {
  /** Whether rows of so many tokens may be there, beside what other lanes have. */
  fits(lengths: readonly number[]): boolean;
  /** Says which there are. */
  hold(lengths: readonly number[]): void;
}

export class Rooms {
  private readonly held = new Map<Room, number>();

  constructor(
    private readonly config: ModelConfig,
    readonly bytes: number,
  ) {}

  /** Of all lanes. */
  get taken(): number {
    return [...this.held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Rows that are alone always fit: what is too long for that is not to be asked. */
  open(): Room {
    const room: Room = {
      fits: (lengths) => {
        const others = this.taken - (this.held.get(room) ?? 0);
        const needed = cacheBytes(this.config, lengths);
        return others + needed <= this.bytes;
      },
      hold: (lengths) => {
        if (lengths.length === 0) this.held.delete(room);
        else this.held.set(room, cacheBytes(this.config, lengths));
      },
    };
    return room;
  }
}
