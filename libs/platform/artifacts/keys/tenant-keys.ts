// The tenants' keys, each under a root key, in a blob store: <tenant>/key.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { readKey } from './key-blobs.js';
import { KeyCache } from './key-cache.js';
import type { RootKey } from './root-key.js';
import { TenantKey } from './tenant-key.js';
import { KEY } from './wrap.js';

/** What is stored: the root key's id, and what it wrapped in base64. */
const storedSchema = z.object({ root: z.string(), key: z.base64() });

const context = (tenantId: string): string => `key of tenant ${tenantId}`;
const path = (tenantId: string): string => `${tenantId}/key`;

export class TenantKeys {
  private readonly cache = new KeyCache<TenantKey>();

  /** @param roots the first wraps, all unwrap. */
  constructor(
    private readonly blobs: BlobStore,
    private readonly roots: readonly [RootKey, ...RootKey[]],
  ) {}

  /** The id of the root key that wraps. */
  get root(): string {
    return this.roots[0].id;
  }

  /** Whether it is still there is asked each time; its unwrapping alone is kept. */
  async find(tenantId: string): Promise<TenantKey | null> {
    const stored = await readKey(this.blobs, path(tenantId));
    if (!stored) return null;
    return this.cache.get(
      String(stored),
      async () => new TenantKey(tenantId, await this.unwrap(tenantId, stored)),
    );
  }

  async has(tenantId: string): Promise<boolean> {
    return (await readKey(this.blobs, path(tenantId))) !== null;
  }

  /** Makes it where there is none; of many at once, one does. */
  async create(tenantId: string): Promise<void> {
    if (await this.has(tenantId)) return;
    await this.blobs.create(path(tenantId), await this.wrap(tenantId, randomBytes(KEY)));
  }

  /** Idempotent. */
  async destroy(tenantId: string): Promise<void> {
    await this.blobs.destroy(path(tenantId));
  }

  /** @returns whether it was under another root key than the first. */
  async rewrap(tenantId: string): Promise<boolean> {
    const stored = await readKey(this.blobs, path(tenantId));
    if (!stored || parse(tenantId, stored).root === this.root) return false;
    const wrapped = await this.wrap(tenantId, await this.unwrap(tenantId, stored));
    // It may have been destroyed meanwhile, and must not come back.
    if (!(await readKey(this.blobs, path(tenantId)))?.equals(stored)) return false;
    await this.blobs.write(path(tenantId), [wrapped]);
    return true;
  }

  private async wrap(tenantId: string, bytes: Uint8Array): Promise<Buffer> {
    const [root] = this.roots;
    const wrapped = await root.wrap(bytes, context(tenantId));
    return Buffer.from(JSON.stringify({ root: root.id, key: wrapped.toString('base64') }));
  }

  private async unwrap(tenantId: string, stored: Buffer): Promise<Buffer> {
    const { root: id, key } = parse(tenantId, stored);
    const root = this.roots.find((known) => known.id === id);
    if (root) return root.unwrap(Buffer.from(key, 'base64'), context(tenantId));
    const known = this.roots.map((one) => one.id).join(', ');
    throw new UnreadableKeyError(
      `the ${context(tenantId)} is under the root key ${id}: expected one of ROOT_KEYS, ${known}`,
    );
  }
}

function parse(tenantId: string, stored: Buffer): z.infer<typeof storedSchema> {
  try {
    return storedSchema.parse(JSON.parse(String(stored)));
  } catch (cause) {
    throw new UnreadableKeyError(`the ${context(tenantId)} is damaged`, { cause });
  }
}
