// A tenant's keys: made, replaced and revoked. Whoever holds one has all of its tenant's rights.

import { lt, sql } from 'drizzle-orm';
import { apiKeys } from '../database/schema.js';
import type { KeyRow, TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { createApiKey } from './api-key.js';

export interface MadeKey {
  readonly row: KeyRow;
  /** The key itself, told this once. */
  readonly secret: string;
}

/** Keys of one tenant, those that expired within the last day included. */
const largest = 100;

/** The oldest first. */
export async function listKeys(records: TenantRecords): Promise<KeyRow[]> {
  return (await records.keys.page({ limit: largest, order: 'asc' })).rows;
}

/**
 * @param maker the key that asks for it, where none of the operator's does: what it makes does not
 * outlive it.
 * @throws ApiError 400, 404 where the tenant is gone, 409 where it has too many keys
 */
export function createKey(
  records: TenantRecords,
  wanted: { name: string; expires_at?: Date | undefined },
  maker?: KeyRow,
): Promise<MadeKey> {
  const expiresAt = wanted.expires_at ?? maker?.expiresAt ?? null;
  checkExpiry(expiresAt, maker);
  return records.transaction((own) => insertKey(own, wanted.name, expiresAt));
}

/**
 * Makes a key of the same name; the old one stays valid for the overlap.
 * @param maker as for `createKey`
 * @throws ApiError as `createKey`, 404 for a key that is not the tenant's
 */
export function rotateKey(
  records: TenantRecords,
  id: string,
  wanted: { overlap_seconds: number; expires_at?: Date | undefined },
  maker?: KeyRow,
): Promise<MadeKey> {
  return records.transaction(async (own) => {
    const old = await own.keys.find(id);
    if (!old) throw keyNotFound(id);
    const expiresAt = wanted.expires_at ?? old.expiresAt;
    checkExpiry(expiresAt, maker);
    const made = await insertKey(own, old.name, expiresAt);
    const end = sql`now() + ${wanted.overlap_seconds} * interval '1 second'`;
    await own.keys.update(id, { expiresAt: sql`least(${apiKeys.expiresAt}, ${end})` });
    return made;
  });
}

/** @throws ApiError 404 */
export async function revokeKey(records: TenantRecords, id: string): Promise<KeyRow> {
  const revoked = await records.keys.remove(id);
  if (!revoked) throw keyNotFound(id);
  return revoked;
}

async function insertKey(
  records: TenantRecords,
  name: string,
  expiresAt: Date | null,
): Promise<MadeKey> {
  if (!(await records.lock())) throw ApiError.notFound('tenant', records.tenantId);
  await records.keys.removeAll(lt(apiKeys.expiresAt, sql`now() - interval '1 day'`));
  if ((await records.keys.count()) >= largest) throw tooMany();
  const { secret, row: values } = createApiKey(name, expiresAt);
  const row = await records.keys.insert(values);
  if (!row) throw new Error(`there is a key ${values.id} already`);
  return { row, secret };
}

function checkExpiry(expiresAt: Date | null, maker: KeyRow | undefined): void {
  const latest = maker?.expiresAt;
  if (latest && (!expiresAt || expiresAt > latest))
    throw ApiError.invalid(
      "'expires_at' lies behind the expiry of the key that this request came with, which no key that it makes may outlive.",
      'expires_at',
      'invalid_value',
    );
  if (expiresAt && expiresAt.getTime() <= Date.now())
    throw ApiError.invalid(
      "The key has expired: name an 'expires_at' that lies in the future.",
      'expires_at',
      'invalid_value',
    );
}

const keyNotFound = (id: string): ApiError => ApiError.notFound('key', id, null, 'key_not_found');

const tooMany = (): ApiError =>
  new ApiError(
    409,
    'invalid_request_error',
    `A tenant has at most ${largest} keys: revoke those that are no longer used.`,
    { code: 'too_many_keys' },
  );
