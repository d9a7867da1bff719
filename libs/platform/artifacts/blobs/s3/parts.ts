// Chunks of any size as the parts that S3 takes: all of one size but the last.

import type { Chunks } from '../blob-store.js';

export interface Part {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/**
 * At least one part, which may be empty. What they hold is copied: who gives chunks may use their
 * memory again.
 */
export async function* inParts(chunks: Chunks, size: number): AsyncGenerator<Part, void, void> {
  let pending: Buffer[] = [];
  let room = size;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength;) {
      if (room === 0) {
        yield { bytes: Buffer.concat(pending), last: false };
        [pending, room] = [[], size];
      }
      const piece = Buffer.from(chunk.subarray(at, at + room));
      pending.push(piece);
      at += piece.length;
      room -= piece.length;
    }
  }
  yield { bytes: Buffer.concat(pending), last: true };
}
