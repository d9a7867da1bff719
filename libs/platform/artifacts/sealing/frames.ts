// Sealed bytes, cut into frames.

import type { Chunks } from '../blobs/blob-store.js';
import { FRAME } from './format.js';

/**
 * @param chunks from where a frame begins; frames that come whole are not copied.
 * @returns whole frames, and what is left of one at the end.
 */
export async function* frames(chunks: Chunks): AsyncGenerator<Buffer, void, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < FRAME) continue;
    const bytes = join(parts);
    let at = 0;
    for (; at + FRAME <= bytes.length; at += FRAME) yield bytes.subarray(at, at + FRAME);
    length -= at;
    parts = length > 0 ? [bytes.subarray(at)] : [];
  }
  if (length > 0) yield join(parts);
}

function join(parts: readonly Uint8Array[]): Buffer {
  const [first, second] = parts;
  if (first instanceof Buffer && second === undefined) return first;
  return Buffer.concat(parts);
}
