// Bytes that come as they come, cut to size.

import type { Chunks } from '../blobs/blob-store.js';

export interface Piece {
  /** Valid until the next piece is asked for. */
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Cuts bytes into pieces of `size`, the last shorter; of no bytes, one empty piece. */
export async function* pieces(chunks: Chunks, size: number): AsyncGenerator<Piece, void, void> {
  const piece = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      if (filled === size) {
        yield { bytes: piece, last: false };
        filled = 0;
      }
      const part = chunk.subarray(at, at + size - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  yield { bytes: piece.subarray(0, filled), last: true };
}
