// Artifacts in a folder: <root>/<tenant>/objects/ab/cdef..., <root>/<tenant>/refs/...,
// <root>/<tenant>/tmp/.

import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactStore, type TenantStore } from './artifact-store.js';
import { FolderTenantStore } from './folder-tenant-store.js';

/** Uploads that a crash left half-written are certainly dead after this long, in ms. */
const DEAD_AFTER = 24 * 3600 * 1000;

export class FolderArtifactStore extends ArtifactStore {
  private readonly root: string;

  constructor(root: string) {
    super();
    this.root = resolve(root);
  }

  scope(tenantId: string): TenantStore {
    return new FolderTenantStore(this.tenantFolder(tenantId));
  }

  async deleteTenant(tenantId: string): Promise<void> {
    await rm(this.tenantFolder(tenantId), { recursive: true, force: true });
  }

  /** Removes what writers that were killed have left in the tmp folders. */
  async sweep(now = Date.now()): Promise<void> {
    for (const tenant of await readdir(this.root).catch(() => [])) {
      const folder = join(this.root, tenant, 'tmp');
      for (const file of await readdir(folder).catch(() => [])) {
        const { mtimeMs } = await stat(join(folder, file)).catch(() => ({ mtimeMs: now }));
        if (now - mtimeMs > DEAD_AFTER) await rm(join(folder, file), { force: true });
      }
    }
  }

  /** The one place where a tenant's name becomes a path. */
  private tenantFolder(tenantId: string): string {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(tenantId))
      throw new TypeError('a tenant id has 1 to 80 letters, digits, "_" or "-"');
    return join(this.root, tenantId);
  }
}
