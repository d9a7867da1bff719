// A tenant's keys: made, replaced and revoked. Whoever holds one has all of its tenant's rights. Each
// has a space, which goes with it: its name is sealed there.

import { Inject, Injectable } from '@nestjs/common';
import { eq, lt, sql } from 'drizzle-orm';
import { first } from '#collections/items.js';
import { keySpace } from '#contracts/spaces.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { Belongings } from '../artifacts/belongings.js';
import { Collector } from '../artifacts/collector.js';
import { NewSpaces } from '../artifacts/new-spaces.js';
import { apiKeys } from '../database/schema.js';
import type { KeyRow, TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { createApiKey } from './api-key.js';
import { keyNamePlace, type ToldKey, tellKeys } from './key-name.js';
import { insertKey, removeKeys } from './key-records.js';

export interface MadeKey {
  readonly key: ToldKey;
  /** The key itself, told this once. */
  readonly secret: string;
}

/** Keys of one tenant, those that expired within the last day included. */
const largest = 100;

const isLongExpired = lt(apiKeys.expiresAt, sql`now() - interval '1 day'`);

@Injectable()
export class KeysService {
  constructor(
    private readonly spaces: NewSpaces,
    private readonly collector: Collector,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The oldest first. */
  async list({ records, artifacts }: Belongings): Promise<ToldKey[]> {
    const { rows } = await records.keys.page({ limit: largest, order: 'asc' });
    return tellKeys(artifacts, rows, this.log);
  }

  /**
   * @param maker the key that asks for it, where none of the operator's does: what it makes does
   * not outlive it.
   * @throws ApiError 400, 404 where the tenant is gone, 409 where it has too many keys
   */
  async create(
    tenant: Belongings,
    wanted: { name: string; expires_at?: Date | undefined },
    maker?: KeyRow,
  ): Promise<MadeKey> {
    const expiresAt = wanted.expires_at ?? maker?.expiresAt ?? null;
    checkExpiry(expiresAt, maker);
    return this.make(tenant, wanted.name, async () => expiresAt);
  }

  /**
   * Makes a key of the same name; the old one stays valid for the overlap.
   * @param maker as for `create`
   * @throws ApiError as `create`, 404 for a key that is not the tenant's
   */
  async rotate(
    tenant: Belongings,
    id: string,
    wanted: { overlap_seconds: number; expires_at?: Date | undefined },
    maker?: KeyRow,
  ): Promise<MadeKey> {
    const { name } = first(
      await tellKeys(tenant.artifacts, [await findKey(tenant.records, id)], this.log),
    );
    return this.make(tenant, name, async (records) => {
      const old = await findKey(records, id);
      const expiresAt = wanted.expires_at ?? old.expiresAt;
      checkExpiry(expiresAt, maker);
      const end = sql`now() + ${wanted.overlap_seconds} * interval '1 second'`;
      await records.keys.update(id, { expiresAt: sql`least(${apiKeys.expiresAt}, ${end})` });
      return expiresAt;
    });
  }

  /** @throws ApiError 404 */
  async revoke({ records }: Belongings, id: string): Promise<KeyRow> {
    const [revoked] = await records.transaction((own) => removeKeys(own, eq(apiKeys.id, id)));
    if (!revoked) throw keyNotFound(id);
    await this.erase(records.tenantId, [revoked]);
    return revoked;
  }

  /** @param expiryOf asked in the transaction that records the key. */
  private async make(
    tenant: Belongings,
    name: string,
    expiryOf: (records: TenantRecords) => Promise<Date | null>,
  ): Promise<MadeKey> {
    const { secret, values } = createApiKey();
    const { id } = values;
    const { key, expired } = await this.spaces.record(
      tenant,
      keySpace(id),
      'key',
      async (records, textKey) => {
        const removed = await makeRoom(records);
        const expiresAt = await expiryOf(records);
        const sealed = textKey.seal(name, keyNamePlace(id));
        const row = await insertKey(records, { ...values, name: sealed, expiresAt });
        return { key: { ...row, name }, expired: removed };
      },
    );
    await this.erase(tenant.records.tenantId, expired);
    return { key, secret };
  }

  /** What fails here is swept: the keys are no longer valid in any case. */
  private async erase(tenantId: string, keys: readonly KeyRow[]): Promise<void> {
    if (keys.length === 0) return;
    const spaces = keys.map(({ id }) => keySpace(id));
    try {
      await this.collector.collect(tenantId, spaces);
    } catch (err) {
      this.log.warn({ err, spaces }, 'the names of keys are erased later');
    }
  }
}

/**
 * In a transaction that holds the tenant.
 * @returns keys that expired long ago, which are removed.
 * @throws ApiError 409 where it has too many keys
 */
async function makeRoom(records: TenantRecords): Promise<KeyRow[]> {
  const removed = await removeKeys(records, isLongExpired);
  if ((await records.keys.count()) >= largest) throw tooMany();
  return removed;
}

async function findKey({ keys }: TenantRecords, id: string): Promise<KeyRow> {
  const key = await keys.find(id);
  if (!key) throw keyNotFound(id);
  return key;
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
