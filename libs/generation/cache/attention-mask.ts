// The attention mask of the cache: which slots of the rows hold a token that the next one sees, for
// the layers of one window.

import { slotsOf } from '#models/passes/attention/cached-attention.js';
import { HIDDEN } from '#models/passes/attention/sequence-inputs.js';
import type { Feed } from '#runtime/graph-session.js';

export class AttentionMask {
  private slots = 0;
  private data = new Float32Array(0);

  constructor(private readonly window?: number) {}

  resize(rows: number, past: number): void {
    this.slots = slotsOf(past, this.window);
    this.data = new Float32Array(rows * (this.slots + 1));
  }

  /** Slots fill up from 0 on, and a full window stays full. */
  write(row: number, length: number): void {
    const start = row * (this.slots + 1);
    const seen = Math.min(length, this.slots, (this.window ?? Infinity) - 1);
    this.data.fill(0, start, start + seen);
    this.data.fill(HIDDEN, start + seen, start + this.slots);
    this.data[start + this.slots] = 0; // the new token itself
  }

  /** [rows, 1, 1, 1, slots + 1] */
  feed(rows: number): Feed {
    return {
      dims: [rows, 1, 1, 1, this.slots + 1],
      data: this.data.subarray(0, rows * (this.slots + 1)),
    };
  }

  sizes(): Feed {
    return { dims: [2], data: BigInt64Array.of(BigInt(this.slots), 1n) };
  }

  /**
   * Positions of the slots' tokens, the new token's last; any for a slot without a token.
   * @param lengths of the rows
   */
  places(lengths: readonly number[]): Feed {
    const width = this.slots + 1;
    const data = new Float32Array(lengths.length * width);
    for (const [row, length] of lengths.entries()) {
      for (let slot = 0; slot < this.slots; slot++) {
        const turns = Math.max(0, Math.ceil((length - slot) / this.slots) - 1);
        data[row * width + slot] = slot + turns * this.slots;
      }
      data[row * width + this.slots] = length;
    }
    return { dims: [lengths.length, 1, 1, 1, width], data };
  }
}
