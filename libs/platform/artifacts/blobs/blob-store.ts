// Where opaque bytes are kept, in a folder or in a bucket. What they mean, and that they are sealed,
// is known above.

import type { Readable } from 'node:stream';
import type { ByteRange } from './byte-range.js';

export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface BlobEntry {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * Bytes under keys such as "tenant/space/objects/ab". A prefix is a folder of keys, "tenant/", or
 * "" for all; no key is the folder of another. What was written, moved or deleted stays so, even
 * after a power cut, once the call has resolved.
 * All throw TypeError for what is no key or prefix, StorageFullError and StorageUnavailableError.
 */
export interface BlobStore {
  /**
   * Whole or not at all; replaces what was there.
   * @throws what the chunks throw; where its folder is deleted meanwhile, BlobNotFoundError as a
   * rule, and a Failure always
   */
  write(key: string, chunks: Chunks): Promise<void>;
  /** @returns false, and changes nothing, where the key exists. Of many at once, one creates. */
  create(key: string, bytes: Uint8Array): Promise<boolean>;
  /** @throws BlobNotFoundError before the first byte; RangeError */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** @returns null where there is none. */
  size(key: string): Promise<number | null>;
  /**
   * Replaces what `to` had. Atomic in a folder; in a bucket a copy, then a delete.
   * @throws BlobNotFoundError
   */
  move(from: string, to: string): Promise<void>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
  /**
   * Deletes, so that nothing can be found on the disk: its bytes are overwritten in their place
   * first, as far as the disk does what it is told. Idempotent.
   */
  destroy(key: string): Promise<void>;
  /** All below a prefix, in no order. */
  list(prefix: string): AsyncIterable<BlobEntry>;
  /** The next part of the keys below a prefix: "" gives tenants, "tenant/" their spaces. */
  listFolders(prefix: string): AsyncIterable<string>;
  /** All below a prefix other than "", also what is half-written. Idempotent. */
  deleteAll(prefix: string): Promise<void>;
  /** Removes what was left half-written since `before` or longer: by writers that died. */
  sweep(before: Date): Promise<void>;
}
