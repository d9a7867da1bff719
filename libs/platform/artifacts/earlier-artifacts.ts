// Artifacts as releases before 0.2 kept them, in clear: <tenant>/objects/ab/cdef... by content,
// <tenant>/refs/... by name.

import { buffer } from 'node:stream/consumers';
import { BlobNotFoundError } from '../errors/blob-not-found.error.js';
import type { Hash } from './artifact-store.js';
import type { BlobStore } from './blobs/blob-store.js';

const FOLDERS = ['objects', 'refs', 'tmp'];

export class EarlierArtifacts {
  constructor(private readonly blobs: BlobStore) {}

  /** Tenants that have any. */
  async *tenants(): AsyncGenerator<string, void, void> {
    for await (const tenantId of this.blobs.listFolders(''))
      for await (const folder of this.blobs.listFolders(`${tenantId}/`))
        if (folder === 'objects') yield tenantId;
  }

  /** @returns null for what is lost. */
  get(tenantId: string, hash: Hash): Promise<Buffer | null> {
    return this.read(`${tenantId}/objects/${hash.slice(0, 2)}/${hash.slice(2)}`);
  }

  async ref(tenantId: string, name: string): Promise<Hash | null> {
    const content = await this.read(`${tenantId}/refs/${name}`);
    return content && content.toString('latin1').trim();
  }

  async remove(tenantId: string): Promise<void> {
    for (const folder of FOLDERS) await this.blobs.deleteAll(`${tenantId}/${folder}/`);
  }

  private async read(key: string): Promise<Buffer | null> {
    try {
      return await buffer(await this.blobs.read(key));
    } catch (error) {
      if (BlobNotFoundError.isInstance(error)) return null;
      throw error;
    }
  }
}
