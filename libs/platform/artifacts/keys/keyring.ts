// The keys of spaces, each under its tenant's, in a blob store of their own: <tenant>/spaces/<space>.
// Destroying one erases what it has sealed, every copy and backup included.

import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import { SpaceErasedError } from '../../errors/space-erased.error.js';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import { isPart } from '../blobs/blob-key.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { claim } from '../blobs/claim.js';
import { readKey } from './key-blobs.js';
import { KeyCache } from './key-cache.js';
import type { RootKey } from './root-key.js';
import type { SpaceKey } from './space-key.js';
import type { TenantKey } from './tenant-key.js';
import { TenantKeys } from './tenant-keys.js';
import { KEY } from './wrap.js';

/** Keys that are read at once for one list. */
const AT_ONCE = 64;

export interface SpaceId {
  readonly tenantId: string;
  readonly space: string;
}

export interface Rewrapped {
  /** The root key's id. */
  readonly root: string;
  /** How many keys were under another one. */
  readonly rewrapped: number;
  /** Tenants whose keys are as they were: damaged, or under a root key that is not known. */
  readonly unreadable: readonly string[];
}

/** All throw TypeError for what is no id, StorageUnavailableError, KeyServiceError. */
export class Keyring {
  private readonly tenants: TenantKeys;
  private readonly cache = new KeyCache<SpaceKey>();

  /** @param roots the first wraps, all unwrap. */
  constructor(
    private readonly blobs: BlobStore,
    roots: readonly [RootKey, ...RootKey[]],
  ) {
    this.tenants = new TenantKeys(blobs, roots);
  }

  /** Idempotent; makes the tenant's key, too, where there is none. */
  async create(tenantId: string, space: string): Promise<void> {
    const path = pathOf(tenantId, space);
    const key = await this.createTenant(tenantId);
    await this.blobs.create(path, key.wrapSpace(space, randomBytes(KEY)));
  }

  /** @returns the tenant's own key, made where there is none. Idempotent. */
  async createTenant(tenantId: string): Promise<TenantKey> {
    checkId(tenantId);
    await this.tenants.create(tenantId);
    return this.findTenant(tenantId);
  }

  /** @throws SpaceErasedError, UnreadableKeyError */
  async findTenant(tenantId: string): Promise<TenantKey> {
    checkId(tenantId);
    const key = await this.tenants.find(tenantId);
    if (key) return key;
    throw new SpaceErasedError(tenantId);
  }

  /** A destroyed key is found no longer than KEY_TTL. @throws SpaceErasedError, UnreadableKeyError */
  find(tenantId: string, space: string): Promise<SpaceKey> {
    return this.findBy(() => this.tenants.find(tenantId), tenantId, space);
  }

  /** As `find`, of many. @returns by space, without those that are erased or unreadable. */
  async findAll(tenantId: string, spaces: Iterable<string>): Promise<Map<string, SpaceKey>> {
    let tenantKey: Promise<TenantKey | null> | undefined;
    const findTenant = () => (tenantKey ??= this.tenants.find(tenantId));
    const found = new Map<string, SpaceKey>();
    await pLimit(AT_ONCE).map(new Set(spaces), async (space) => {
      const key = await this.findBy(findTenant, tenantId, space).catch(nullIfUnreadable);
      if (key) found.set(space, key);
    });
    return found;
  }

  /** Now: nothing is remembered. */
  async has(tenantId: string, space: string): Promise<boolean> {
    const path = pathOf(tenantId, space);
    const [tenantKey, wrapped] = await Promise.all([
      this.tenants.has(tenantId),
      readKey(this.blobs, path),
    ]);
    return tenantKey && wrapped !== null;
  }

  /** Idempotent, and durable when it resolves. */
  async destroy(tenantId: string, space: string): Promise<void> {
    const path = pathOf(tenantId, space);
    await this.blobs.destroy(path).finally(() => this.cache.drop(path));
  }

  /** All keys of a tenant, its own first: without it none of the others can be unwrapped. */
  async destroyTenant(tenantId: string): Promise<void> {
    checkId(tenantId);
    await this.tenants.destroy(tenantId).finally(() => this.cache.dropAll(`${tenantId}/`));
    for await (const { space } of this.spaces(tenantId)) await this.destroy(tenantId, space);
    await this.blobs.deleteAll(`${tenantId}/`);
  }

  /** Spaces that have a key, or the rest of one whose destruction was interrupted. */
  async *list(): AsyncGenerator<SpaceId, void, void> {
    for await (const tenantId of this.blobs.listFolders('')) yield* this.spaces(tenantId);
  }

  /** Puts every tenant's key under the first root key; goes on where one cannot be unwrapped. */
  async rewrap(): Promise<Rewrapped> {
    const result = { root: this.tenants.root, rewrapped: 0, unreadable: [] as string[] };
    for await (const tenantId of this.blobs.listFolders(''))
      try {
        if (await this.tenants.rewrap(tenantId)) result.rewrapped++;
      } catch (error) {
        if (!UnreadableKeyError.isInstance(error)) throw error;
        result.unreadable.push(tenantId);
      }
    return result;
  }

  /** @returns whether the keys are the owner's. */
  claim(owner: string): Promise<boolean> {
    return claim(this.blobs, owner);
  }

  /** Removes copies of wrapped keys that writers which died before `before` have left. */
  async sweep(before: Date): Promise<void> {
    await this.blobs.sweep(before);
  }

  private async findBy(
    findTenant: () => Promise<TenantKey | null>,
    tenantId: string,
    space: string,
  ): Promise<SpaceKey> {
    const path = pathOf(tenantId, space);
    return this.cache.get(path, async () => {
      const [tenantKey, wrapped] = await Promise.all([findTenant(), readKey(this.blobs, path)]);
      if (tenantKey && wrapped) return tenantKey.unwrapSpace(space, wrapped);
      throw new SpaceErasedError(space);
    });
  }

  private async *spaces(tenantId: string): AsyncGenerator<SpaceId, void, void> {
    const prefix = `${tenantId}/spaces/`;
    for await (const { key } of this.blobs.list(prefix))
      yield { tenantId, space: key.slice(prefix.length) };
  }
}

function nullIfUnreadable(error: unknown): null {
  if (SpaceErasedError.isInstance(error) || UnreadableKeyError.isInstance(error)) return null;
  throw error;
}

function pathOf(tenantId: string, space: string): string {
  checkId(tenantId);
  checkId(space);
  return `${tenantId}/spaces/${space}`;
}

function checkId(id: string): void {
  if (!isPart(id))
    throw new TypeError(
      `${JSON.stringify(id)} is no id: expected letters, digits, ".", "_" or "-"`,
    );
}
