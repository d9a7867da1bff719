// Keeps two tenants from having one name, of which the database has but a keyed hash. The key goes
// soon after a tenant whose name it has hashed: from then on nobody can confirm a guess.

import { Inject, Injectable } from '@nestjs/common';
import { eq, isNull, sql } from 'drizzle-orm';
import { first } from '#collections/items.js';
import { OPERATOR } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { HashedText, TextKey } from '#platform/artifacts/keys/text-key.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { nameKeys, tenants } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { newId } from '../http/ids.js';
import { placeOf } from '../texts/text-place.js';
import { type OpenedTenant, openTenants } from './tenant-name.js';

/** Where the hashes are compared. */
export const nameHashPlace = placeOf(tenants.nameHash, OPERATOR);
const isAlive = isNull(tenants.deletedAt);

@Injectable()
export class NameHashes {
  constructor(
    private readonly database: Database,
    private readonly keeper: SpaceKeeper,
    private readonly store: ArtifactStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Makes the key where there is none. @returns its record */
  async ready(): Promise<typeof nameKeys.$inferSelect> {
    const { sql: database } = this.database;
    await database
      .insert(nameKeys)
      .values({ space: newId('names-') })
      .onConflictDoNothing();
    const key = first(await database.select().from(nameKeys));
    await this.keeper.create(OPERATOR, key.space);
    return key;
  }

  /**
   * Once it is ready.
   * @param transaction that writes the name: until it ends nobody else writes one.
   * @returns undefined where a tenant has the name.
   */
  async free(transaction: Sql, name: string): Promise<HashedText | undefined> {
    const { space } = first(await transaction.select().from(nameKeys).for('update'));
    const hash = (await this.keyOf(space)).hash(name, nameHashPlace);
    const isTaken = (await transaction.$count(tenants, eq(tenants.nameHash, hash))) > 0;
    return isTaken ? undefined : hash;
  }

  /** Hashes all names with another key, where this one has hashed the name of who is gone. */
  async renew(): Promise<void> {
    const { space, isStale } = await this.ready();
    if (!isStale) return;
    const next = newId('names-');
    await this.database.sql.update(nameKeys).set({ next });
    await this.keeper.create(OPERATOR, next);
    const all = await this.database.sql.select().from(tenants).where(isAlive);
    const named = await openTenants(this.store, all, this.log);
    const hashes = hashesOf(named, await this.keyOf(next));
    const ids = new Set(named.map(({ id }) => id));
    const replaced = await this.database.sql.transaction((tx) => replace(tx, next, ids, hashes));
    if (replaced) await this.keeper.erase(OPERATOR, space);
  }

  private keyOf(space: string): Promise<TextKey> {
    return this.store.scope(OPERATOR).space(space).textKey();
  }
}

/** By tenant. Of two that have one name, as an earlier release may have left them, the first's. */
function hashesOf(named: readonly OpenedTenant[], key: TextKey): Record<string, HashedText> {
  const byHash = new Map<HashedText, string>();
  for (const { id, name } of named) {
    const hash = name && key.hash(name, nameHashPlace);
    if (hash && !byHash.has(hash)) byHash.set(hash, id);
  }
  return Object.fromEntries([...byHash].map(([hash, id]) => [id, hash]));
}

/** @returns false where there is a tenant that has come meanwhile, or another key. */
async function replace(
  transaction: Sql,
  next: string,
  ids: ReadonlySet<string>,
  hashes: Record<string, HashedText>,
): Promise<boolean> {
  const [key] = await transaction.select().from(nameKeys).for('update');
  const alive = await transaction.select({ id: tenants.id }).from(tenants).where(isAlive);
  if (key?.next !== next || !alive.every(({ id }) => ids.has(id))) return false;
  await transaction
    .update(tenants)
    .set({ nameHash: sql`${JSON.stringify(hashes)}::jsonb ->> ${tenants.id}` })
    .where(isAlive);
  await transaction.update(nameKeys).set({ space: next, next: null, isStale: false });
  return true;
}
