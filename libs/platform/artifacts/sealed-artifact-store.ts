// Artifacts in a blob store, each space sealed with its key: <tenant>/<space>/objects/<name of hash>,
// <tenant>/<space>/named/<name>.

import { ArtifactStore, type TenantStore } from './artifact-store.js';
import type { BlobStore } from './blobs/blob-store.js';
import type { Keyring } from './keys/keyring.js';
import { SealedSpace } from './sealed-space.js';

export class SealedArtifactStore extends ArtifactStore {
  constructor(
    private readonly blobs: BlobStore,
    private readonly keyring: Keyring,
  ) {
    super();
  }

  scope(tenantId: string): TenantStore {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(tenantId))
      throw new TypeError('a tenant id has 1 to 80 letters, digits, "_" or "-"');
    return {
      space: (id) => new SealedSpace(this.blobs, this.keyring, tenantId, id),
      textKeys: async (spaces) => {
        const keys = await this.keyring.findAll(tenantId, spaces);
        return new Map([...keys].map(([space, { texts }]) => [space, texts]));
      },
    };
  }
}
