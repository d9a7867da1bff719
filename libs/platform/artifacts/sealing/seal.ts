// Seals bytes: what comes out may lie anywhere (format.ts says what it looks like).

import type { Chunks } from '../blobs/blob-store.js';
import type { SpaceKey } from '../keys/space-key.js';
import { ChunkSealer } from './chunk-sealer.js';
import { CHUNK } from './format.js';
import { pieces } from './pieces.js';

/**
 * @param name where in the space the object will be; asked once all chunks have passed, since it
 * may depend on them.
 */
export async function* seal(
  chunks: Chunks,
  key: SpaceKey,
  name: () => string,
): AsyncGenerator<Buffer, void, void> {
  const sealer = new ChunkSealer(key);
  yield sealer.header;
  let index = 0;
  for await (const { bytes, last } of pieces(chunks, CHUNK))
    yield* sealer.seal(index++, bytes, last ? name() : undefined);
}

/**
 * The same, of what is in memory.
 * @param salt 32 bytes: random, or the same for the same bytes alone.
 */
export function sealBytes(bytes: Uint8Array, key: SpaceKey, name: string, salt?: Buffer): Buffer {
  const sealer = new ChunkSealer(key, salt);
  const sealed = [sealer.header];
  const last = Math.max(Math.ceil(bytes.length / CHUNK), 1) - 1;
  for (let index = 0; index <= last; index++) {
    const chunk = bytes.subarray(index * CHUNK, (index + 1) * CHUNK);
    sealed.push(...sealer.seal(index, chunk, index === last ? name : undefined));
  }
  return Buffer.concat(sealed);
}
