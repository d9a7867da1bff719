// Opens what `seal` has sealed. No byte comes out that is not as it was sealed, in its place.

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../blobs/blob-store.js';
import { type ByteRange, checkRange } from '../blobs/byte-range.js';
import type { SpaceKey } from '../keys/space-key.js';
import { ChunkOpener } from './chunk-opener.js';
import { CHUNK, frameCount, frameStart, HEADER } from './format.js';
import { frames } from './frames.js';

type Blobs = Pick<BlobStore, 'read' | 'size'>;
type Plaintext = AsyncGenerator<Buffer, void, void>;

const ALL: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER };

/**
 * Resolves once the object's end has been opened: that it is the one of this name, and whole.
 * @param name where in the space it is.
 * @param range of the plaintext.
 * @returns its bytes, in chunks of at most a MiB; throws CorruptArtifactError before a wrong one.
 * @throws BlobNotFoundError, CorruptArtifactError, RangeError
 */
export async function openSealed(
  blobs: Blobs,
  key: SpaceKey,
  name: string,
  range = ALL,
): Promise<Plaintext> {
  checkRange(range);
  const path = key.path(name);
  const read = (start: number, end: number) => blobs.read(path, { start, end });
  // One byte more than the first frame: where it is not there, that frame is the last.
  const head = await buffer(await read(0, frameStart(1) + 1));
  const opener = new ChunkOpener(head, key, name);
  const size = head.length > frameStart(1) ? ((await blobs.size(path)) ?? 0) : head.length;
  const last = frameCount(size) - 1;
  const tail =
    last === 0 ? head.subarray(HEADER) : await buffer(await read(frameStart(last), size));
  return openRange(read, opener, { index: last, chunk: opener.open(last, tail, true) }, range);
}

async function* openRange(
  read: (start: number, end: number) => Promise<Readable>,
  opener: ChunkOpener,
  last: { readonly index: number; readonly chunk: Buffer },
  { start, end }: ByteRange,
): Plaintext {
  const cut = (chunk: Buffer, index: number): Buffer[] => {
    const at = index * CHUNK;
    const part = chunk.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    return part.length > 0 ? [part] : [];
  };
  const to = Math.min(Math.ceil(end / CHUNK), last.index);
  let index = Math.floor(start / CHUNK);
  if (index < to)
    for await (const frame of frames(await read(frameStart(index), frameStart(to))))
      yield* cut(opener.open(index, frame, false), index++);
  if (index < to) throw opener.damage();
  yield* cut(last.chunk, last.index);
}

/**
 * The same, of an object that is in memory.
 * @throws CorruptArtifactError
 */
export function openBytes(sealed: Buffer, key: SpaceKey, name: string): Buffer {
  const opener = new ChunkOpener(sealed, key, name);
  const last = frameCount(sealed.length) - 1;
  const chunks = Array.from({ length: last + 1 }, (_, index) =>
    opener.open(index, sealed.subarray(frameStart(index), frameStart(index + 1)), index === last),
  );
  return Buffer.concat(chunks);
}
