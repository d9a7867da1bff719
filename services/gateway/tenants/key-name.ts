// The name of a tenant's key, sealed with the key of a space that goes with it.

import { keySpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Logger } from '#platform/log/logger.js';
import { apiKeys } from '../database/schema.js';
import type { KeyRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader } from '../texts/text-reader.js';

/** A record whose name is opened. */
export type ToldKey = Omit<KeyRow, 'name'> & { readonly name: string };

export const keyNamePlace = (id: string): string => placeOf(apiKeys.name, id);

/** @throws StorageUnavailableError, KeyServiceError */
export async function tellKeys(
  artifacts: TenantStore,
  rows: readonly KeyRow[],
  log: Logger,
): Promise<ToldKey[]> {
  const spaces = rows.map(({ id }) => keySpace(id));
  const texts = await TextReader.load(artifacts, spaces, log);
  return rows.map((row) => ({
    ...row,
    name: texts.read(row.name, keySpace(row.id), keyNamePlace(row.id)),
  }));
}
