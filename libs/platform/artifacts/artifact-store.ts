// Where a tenant's bytes live: in spaces, each with a key of its own, sealed. In a space, bytes are
// addressed by their content.

import type { Readable } from 'node:stream';
import type { ByteRange } from './blobs/byte-range.js';
import type { TextKey } from './keys/text-key.js';

/** SHA-256 of the bytes, in hex. */
export type Hash = string;

export interface PutOptions {
  /** A longer stream ends in ArtifactTooLargeError and leaves nothing behind. */
  readonly maxBytes: number;
}

export interface Stored {
  readonly hash: Hash;
  readonly bytes: number;
}

/**
 * One space. Bytes that are put again are written again, which heals what was damaged; nothing
 * deletes them but the end of their space. Every call throws SpaceErasedError once that has come.
 */
export interface ArtifactSpace {
  readonly id: string;
  /** Whether it has a key now; all other calls may go on with one for half a minute. */
  lives(): Promise<boolean>;
  put(bytes: Uint8Array): Promise<Hash>;
  /** @throws ArtifactTooLargeError; what the stream throws */
  putStream(stream: Readable, options: PutOptions): Promise<Stored>;
  /** @throws ArtifactNotFoundError, CorruptArtifactError */
  get(hash: Hash): Promise<Buffer>;
  /**
   * Rejects with ArtifactNotFoundError before the first byte; ends in CorruptArtifactError before a
   * wrong one.
   */
  getStream(hash: Hash, range?: ByteRange): Promise<Readable>;
  has(hash: Hash): Promise<boolean>;
  putJson(value: unknown): Promise<Hash>;
  getJson<T = unknown>(hash: Hash): Promise<T>;
  /** Stores several named files as one artifact: a manifest of their hashes. */
  putBundle(files: Readonly<Record<string, Uint8Array>>): Promise<Hash>;
  getBundle(hash: Hash): Promise<Record<string, Buffer>>;
  /** The bundle's files by name, unread. */
  listBundle(hash: Hash): Promise<Record<string, Hash>>;
  /** What a name stands for, replaced whole: no other name or hash can lose by it. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws CorruptArtifactError */
  read(name: string): Promise<Buffer | null>;
  /** Idempotent. */
  remove(name: string): Promise<void>;
  /** Seals and opens what records say of the space. */
  textKey(): Promise<TextKey>;
  setRef(name: string, hash: Hash): Promise<void>;
  getRef(name: string): Promise<Hash | null>;
}

/** What one tenant has stored; nothing of another tenant can be named through it. */
export interface TenantStore {
  space(id: string): ArtifactSpace;
  /** As the spaces' own, of many. @returns by space, without those that are erased or unreadable. */
  textKeys(spaces: Iterable<string>): Promise<ReadonlyMap<string, TextKey>>;
}

export abstract class ArtifactStore {
  /** @throws TypeError for what is no tenant's id */
  abstract scope(tenantId: string): TenantStore;
}
