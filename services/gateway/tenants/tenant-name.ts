// The name of a tenant, sealed with the key of a space of its own.

import pLimit from 'p-limit';
import { accountSpace } from '#contracts/spaces.js';
import type { ArtifactStore, TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { tenants } from '../database/schema.js';
import type { TenantRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader } from '../texts/text-reader.js';

/** Tenants whose keys are read at once. */
const AT_ONCE = 64;

/** A record whose name is opened; undefined: it cannot be read. */
export type OpenedTenant = Omit<TenantRow, 'name'> & { readonly name: string | undefined };

export const tenantNamePlace = (id: string): string => placeOf(tenants.name, id);

/** @throws StorageUnavailableError, KeyServiceError */
export async function openName(
  artifacts: TenantStore,
  { id, name }: Pick<TenantRow, 'id' | 'name'>,
  log: Logger,
): Promise<string | undefined> {
  const texts = await TextReader.load(artifacts, [accountSpace], log);
  return texts.tryRead(name, accountSpace, tenantNamePlace(id));
}

/** @throws StorageUnavailableError, KeyServiceError */
export function openTenants(
  store: ArtifactStore,
  rows: readonly TenantRow[],
  log: Logger,
): Promise<OpenedTenant[]> {
  return pLimit(AT_ONCE).map(rows, async (row) => ({
    ...row,
    name: await openName(store.scope(row.id), row, log),
  }));
}
