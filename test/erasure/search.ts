// Looks for a tenant's canaries, keys and bytes wherever a platform keeps anything.

import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { BlobStore } from '#platform/artifacts/blobs/blob-store.js';
import { openBlobStore } from '#platform/artifacts/blobs/open-blob-store.js';
import type { SpaceKey } from '#platform/artifacts/keys/space-key.js';
import { openKeyring, s3SettingsOf } from '#platform/artifacts/open-keyring.js';
import { layout } from '#supervisor/layout.js';
import type { RedisServer } from '#testing/redis.js';
import { nameHashPlace } from '../../services/gateway/tenants/name-hashes.js';
import { blobsOf } from './blobs-of.js';
import { canariesBelow, canariesIn, canary } from './canaries.js';
import { filesBelow } from './files-below.js';
import type { Installation } from './installations.js';
import { SealedBytes } from './sealed-bytes.js';
import { SealedTexts } from './sealed-texts.js';

export class Search {
  private readonly bytes = new SealedBytes();
  private readonly texts = new SealedTexts();
  /** Wrapped keys that were ever there, by path. */
  private readonly keys = new Map<string, Buffer>();

  constructor(
    private readonly home: string,
    private readonly redis: RedisServer,
    private readonly installation: Installation,
  ) {}

  /** Where the keys that are there, and the database, show which words; sorted. */
  async finds(): Promise<Record<string, string>> {
    const places = new Map<string, Set<string>>();
    const add = (word: string, place: string): void =>
      void places.set(word, (places.get(word) ?? new Set()).add(place));
    const { tables, files } = await this.installation.searchDatabase();
    const rows = canariesIn(JSON.stringify([...tables]));
    for (const word of rows) add(word, 'row');
    for (const word of files) if (!rows.includes(word)) add(word, 'page');
    this.texts.keep(tables);
    await this.bytes.keep(await this.store('ARTIFACTS'));
    const keys = await this.spaceKeys();
    for (const { space, bytes } of [...this.bytes.openedBy(keys), ...this.texts.openedBy(keys)])
      for (const word of wordsIn(bytes, kindOf(space))) add(word, kindOf(space));
    if (this.isConfirmed(canary('tenant'), keys)) add('tenant', 'hash');
    const sorted = [...places].map(([word, where]) => [word, [...where].toSorted().join(', ')]);
    return Object.fromEntries(sorted);
  }

  /** Whether a key that is there makes of a tenant's name what the database's files have. */
  private isConfirmed(name: string, keys: readonly SpaceKey[]): boolean {
    const hashes = keys.map(({ texts }) => texts.hash(name, nameHashPlace));
    const files = [...filesBelow(this.installation.database)];
    return files.some(({ bytes }) => hashes.some((hash) => bytes.includes(hash)));
  }

  /** Whether a space of a tenant has any bytes. */
  async hasBytes(tenantId: string, space: string): Promise<boolean> {
    for await (const _ of (await this.store('ARTIFACTS')).list(`${tenantId}/${space}/`))
      return true;
    return false;
  }

  /** Kinds of what a tenant has keys of, and of what it has bytes of; sorted, if there are any. */
  async spaces(tenantId: string): Promise<{ keys?: string; bytes?: string }> {
    const kindsIn = async (store: 'ARTIFACTS' | 'KEYS'): Promise<string | undefined> => {
      const kinds = new Set<string>();
      for await (const { key } of (await this.store(store)).list('')) {
        const [tenant, ...path] = key.split('/');
        if (tenant === tenantId) kinds.add(kindOf(path[store === 'KEYS' ? 1 : 0] ?? 'tenant'));
      }
      return [...kinds].toSorted().join(', ') || undefined;
    };
    return { keys: await kindsIn('KEYS'), bytes: await kindsIn('ARTIFACTS') };
  }

  /**
   * What is where it must never be: canaries in clear outside of the database, in all that Redis was
   * told above all, and keys that were destroyed.
   */
  async strays(): Promise<string[]> {
    const folders = [this.home, ...this.installation.folders];
    const outside = folders.flatMap((folder) => canariesBelow(folder, this.installation.database));
    const told = canariesBelow(this.redis.dir);
    await rewrite(this.redis);
    return [
      ...outside,
      ...told,
      ...canariesBelow(this.redis.dir),
      ...(await this.lostKeys(folders)),
    ];
  }

  /** Keys that were there once and are not now, where their bytes still are. */
  private async lostKeys(folders: readonly string[]): Promise<string[]> {
    const there = await this.wrappedKeys();
    const lost = [...this.keys].filter(([path]) => !there.has(path));
    for (const [path, bytes] of there) this.keys.set(path, bytes);
    return folders.flatMap((folder) =>
      [...filesBelow(folder)].flatMap(({ name, bytes }) =>
        lost.flatMap(([path, key]) => (bytes.includes(key) ? `${name}: the key ${path}` : [])),
      ),
    );
  }

  private async wrappedKeys(): Promise<Map<string, Buffer>> {
    const keys = new Map<string, Buffer>();
    for await (const { path, bytes } of blobsOf(await this.store('KEYS')))
      if (path.includes('/')) keys.set(path, bytes);
    return keys;
  }

  /** Of every tenant. */
  private async spaceKeys(): Promise<SpaceKey[]> {
    const { stores } = this.installation;
    // A new one: it remembers no key that is gone.
    const root = `file:${layout(this.home).rootKey}`;
    const keyring = await openKeyring({ ...stores, ROOT_KEYS: [root] });
    const keys: SpaceKey[] = [];
    for await (const { tenantId, space } of keyring.list())
      keys.push(await keyring.find(tenantId, space));
    return keys;
  }

  private store(name: 'ARTIFACTS' | 'KEYS'): Promise<BlobStore> {
    const { stores } = this.installation;
    return openBlobStore(stores[name], s3SettingsOf(stores));
  }
}

const kinds: Readonly<Record<string, string>> = {
  account: 'tenant',
  ftjob: 'job',
  evalrun: 'evaluation run',
  evalcell: 'cell',
  kbv: 'knowledge base',
};

/** file, job, work, model, knowledge base, evaluation run, cell, key or tenant. */
function kindOf(space: string): string {
  const [prefix = ''] = space.split('-');
  return kinds[prefix] ?? prefix;
}

/** What is all numbers, by the kind of its space: that it can be read counts too. */
const wordless: Readonly<Record<string, string>> = { model: 'adapter', work: 'checkpoint' };

function wordsIn(bytes: Buffer, kind: string): string[] {
  const words = canariesIn(bytes.toString('latin1'));
  const numbers = wordless[kind];
  return words.length === 0 && numbers !== undefined ? [numbers] : words;
}

/** From then on its file has what it has, and nothing that it was told before. */
async function rewrite({ url }: RedisServer): Promise<void> {
  const redis = new Redis(url);
  // Long values would be compressed.
  await redis.config('SET', 'rdbcompression', 'no');
  await redis.bgrewriteaof();
  await expect
    .poll(() => redis.info('persistence'), { timeout: 30_000 })
    .toMatch(/aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/);
  redis.disconnect();
}
