// Makes and erases spaces. One service does that alone; all others find a space or do not.

import { ForeignStoreError } from '../errors/foreign-store.error.js';
import type { BlobStore } from './blobs/blob-store.js';
import { claim } from './blobs/claim.js';
import type { Keyring, SpaceId } from './keys/keyring.js';

/** Uploads that are half-written for so long are dead, in ms. */
const DEAD_AFTER = 24 * 3600 * 1000;
/** So are keys, which are written at once: a copy of one would outlive its destruction. */
const DEAD_KEY_AFTER = 60 * 1000;

export class SpaceKeeper {
  constructor(
    private readonly blobs: BlobStore,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Before anything else: what an owner does not know here, it erases.
   * @throws ForeignStoreError where artifacts or keys are another's
   */
  async claim(owner: string): Promise<void> {
    if (!(await claim(this.blobs, owner))) throw new ForeignStoreError('ARTIFACTS');
    if (!(await this.keyring.claim(owner))) throw new ForeignStoreError('KEYS');
  }

  /** Idempotent. Whoever needs the space has to be known before. */
  create(tenantId: string, space: string): Promise<void> {
    return this.keyring.create(tenantId, space);
  }

  /** Of all that a space has, as it lies in the store. */
  async bytes(tenantId: string, space: string): Promise<number> {
    let sum = 0;
    for await (const { bytes } of this.blobs.list(`${tenantId}/${space}/`)) sum += bytes;
    return sum;
  }

  /** The key first: from then on nobody can read the bytes, wherever they are. Idempotent. */
  async erase(tenantId: string, space: string): Promise<void> {
    await this.keyring.destroy(tenantId, space);
    await this.blobs.deleteAll(`${tenantId}/${space}/`);
  }

  /** All that a tenant has. Idempotent. */
  async eraseTenant(tenantId: string): Promise<void> {
    await this.keyring.destroyTenant(tenantId);
    await this.blobs.deleteAll(`${tenantId}/`);
  }

  /** Removes what writers that died have left half-written. */
  async sweep(now = Date.now()): Promise<void> {
    await this.blobs.sweep(new Date(now - DEAD_AFTER));
    await this.keyring.sweep(new Date(now - DEAD_KEY_AFTER));
  }

  /** Every space that has a key or bytes; one that has both comes twice. */
  async *spaces(): AsyncGenerator<SpaceId, void, void> {
    yield* this.keyring.list();
    for await (const tenantId of this.blobs.listFolders(''))
      for await (const space of this.blobs.listFolders(`${tenantId}/`)) yield { tenantId, space };
  }
}
