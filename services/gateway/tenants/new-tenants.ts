// Makes tenants. One is born gone, to be erased in a minute unless it is whole by then: whatever
// becomes of this process, nothing of half a tenant stays.

import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import { first } from '#collections/items.js';
import { accountSpace, keySpace } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { HashedText, SealedText } from '#platform/artifacts/keys/text-key.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { Database } from '../database/database.js';
import { tenants } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { TenantRecords, type TenantRow } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import { createApiKey, type NewKey } from './api-key.js';
import { keyNamePlace } from './key-name.js';
import { holdKey, insertKey } from './key-records.js';
import { NameHashes } from './name-hashes.js';
import { type OpenedTenant, tenantNamePlace } from './tenant-name.js';

/** Of every tenant's id, and of no name: nobody takes one for the other. */
export const idPrefix = 'tenant-';

/** The name of each tenant's first key. */
const firstKey = 'default';
/** How long a tenant may take to become whole, in ms. */
const DRAFT_MS = 60_000;

interface Draft {
  readonly id: string;
  readonly key: NewKey;
}
interface Names {
  readonly ofTenant: SealedText;
  readonly ofKey: SealedText;
}

@Injectable()
export class NewTenants {
  constructor(
    private readonly database: Database,
    private readonly keeper: SpaceKeeper,
    private readonly store: ArtifactStore,
    private readonly hashes: NameHashes,
  ) {}

  /**
   * @returns the tenant and its first key, which is shown nowhere again; undefined where the name
   * is taken.
   */
  async make(name: string): Promise<{ tenant: OpenedTenant; key: string } | undefined> {
    await this.hashes.ready();
    if (!(await this.database.sql.transaction((tx) => this.hashes.free(tx, name))))
      return undefined;
    const draft = { id: newId(idPrefix), key: createApiKey() };
    await this.database.sql.transaction((tx) => insertDraft(tx, draft));
    const names = await this.seal(draft, name);
    return this.database.sql.transaction(async (tx) => {
      const hash = await this.hashes.free(tx, name);
      if (!hash) return undefined;
      const row = await bear(tx, draft, names, hash);
      return { tenant: { ...row, name }, key: draft.key.secret };
    });
  }

  private async seal({ id, key }: Draft, name: string): Promise<Names> {
    const keyId = key.values.id;
    const sealIn = async (space: string, text: string, place: string): Promise<SealedText> => {
      await this.keeper.create(id, space);
      return (await this.store.scope(id).space(space).textKey()).seal(text, place);
    };
    return {
      ofTenant: await sealIn(accountSpace, name, tenantNamePlace(id)),
      ofKey: await sealIn(keySpace(keyId), firstKey, keyNamePlace(keyId)),
    };
  }
}

/** Its spaces are held before they are made. */
async function insertDraft(transaction: Sql, { id, key }: Draft): Promise<void> {
  await transaction.insert(tenants).values({ id, name: '' as SealedText, deletedAt: sql`now()` });
  const records = new TenantRecords(transaction, id);
  await records.erase('tenant', id, DRAFT_MS);
  await records.references.hold({ kind: 'tenant', id }, [accountSpace]);
  await holdKey(records, key.values.id);
}

/** @throws ApiError 503 where it is already being erased. */
async function bear(
  transaction: Sql,
  { id, key }: Draft,
  { ofTenant, ofKey }: Names,
  nameHash: HashedText,
): Promise<TenantRow> {
  const records = new TenantRecords(transaction, id);
  if (!(await records.spare('tenant', id))) throw tooSlow();
  const values = { name: ofTenant, nameHash, deletedAt: null };
  const row = first(
    await transaction.update(tenants).set(values).where(eq(tenants.id, id)).returning(),
  );
  await insertKey(records, { ...key.values, name: ofKey });
  return row;
}

const tooSlow = (): ApiError =>
  ApiError.unavailable('The tenant took too long to be made; nothing was kept. Try again soon.');
