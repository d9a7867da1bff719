// A sealed object: a header (magic, version, salt) and the plaintext in chunks, each with its tag.
//
//   "lethe-s" 1, 32 bytes of salt | sealed chunk, tag | ... | sealed chunk, tag | sealed rest, tag
//
// This is STREAM, as Tink's streaming AEAD and age have it: a key of its own for each object, by
// HKDF-SHA-256 from the space's key and the salt; AES-256-GCM for each chunk, whose nonce is its
// number and whether it is the last. The last chunk is bound to the object's name, which is not
// known earlier where it depends on all bytes; whoever opens an object opens its last chunk first.

export const ALGORITHM = 'aes-256-gcm';

export const TAG = 16;
/** A whole chunk with its tag: what streams of files read at once, so that it is copied nowhere. */
export const FRAME = 2 ** 20;
/** Bytes of plaintext in every chunk but the last; only an empty object has an empty one. */
export const CHUNK = FRAME - TAG;

export const MAGIC = Buffer.from('lethe-s\x01', 'latin1');
export const SALT = 32;
export const HEADER = MAGIC.length + SALT;

/** Where the frame of a number begins. */
export const frameStart = (index: number): number => HEADER + index * FRAME;

/** Of an object of so many bytes, sealed: at least 1. */
export const frameCount = (size: number): number => Math.max(Math.ceil((size - HEADER) / FRAME), 1);

/**
 * @returns 12 bytes: the chunk's number, big-endian, and 1 for the last.
 * @throws RangeError
 */
export function nonce(index: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(index), 3);
  bytes[11] = last ? 1 : 0;
  return bytes;
}
