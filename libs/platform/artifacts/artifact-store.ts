// Where bytes live. Everything is addressed by content within one tenant's scope; names ("refs")
// point to addresses.

import type { Readable } from 'node:stream';

/** SHA-256 of the bytes, in hex. */
export type Hash = string;

export interface PutOptions {
  /** A longer stream ends in ArtifactTooLargeError and leaves nothing behind. */
  readonly maxBytes: number;
}

/** What one tenant has stored; nothing of another tenant can be named through it. */
export interface TenantStore {
  put(bytes: Uint8Array): Promise<Hash>;
  putStream(stream: Readable, options: PutOptions): Promise<{ hash: Hash; bytes: number }>;
  /** @throws ArtifactNotFoundError, CorruptArtifactError */
  get(hash: Hash): Promise<Buffer>;
  /**
   * Rejects with ArtifactNotFoundError before the first byte; unlike `get` it does not check the
   * bytes.
   */
  getStream(hash: Hash): Promise<Readable>;
  has(hash: Hash): Promise<boolean>;
  /** Idempotent. The caller knows that nothing refers to the bytes any more. */
  delete(hash: Hash): Promise<void>;
  putJson(value: unknown): Promise<Hash>;
  getJson<T = unknown>(hash: Hash): Promise<T>;
  /** Stores several named files as one artifact: a manifest of their hashes. */
  putBundle(files: Readonly<Record<string, Uint8Array>>): Promise<Hash>;
  getBundle(hash: Hash): Promise<Record<string, Buffer>>;
  /** The bundle's files by name, unread. */
  listBundle(hash: Hash): Promise<Record<string, Hash>>;
  setRef(name: string, hash: Hash): Promise<void>;
  getRef(name: string): Promise<Hash | null>;
  /** Idempotent. */
  deleteRef(name: string): Promise<void>;
}

export abstract class ArtifactStore {
  abstract scope(tenantId: string): TenantStore;
  /** Deletes all that a tenant has stored. Idempotent. */
  abstract deleteTenant(tenantId: string): Promise<void>;
}
