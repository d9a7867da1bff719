// Keys in the database, each with the reference that holds its space.

import type { SQL } from 'drizzle-orm';
import { keySpace } from '#contracts/spaces.js';
import type { KeyRow, TenantRecords } from '../database/tenant-records.js';

type NewKey = Parameters<TenantRecords['keys']['insert']>[0];

const ownerOf = (id: string) => ({ kind: 'key', id }) as const;

/** Before its space is made. */
export const holdKey = ({ references }: TenantRecords, id: string): Promise<void> =>
  references.hold(ownerOf(id), [keySpace(id)]);

/** Within a transaction. */
export async function insertKey(records: TenantRecords, values: NewKey): Promise<KeyRow> {
  const { id } = values;
  const row = await records.keys.insert(values);
  if (!row) throw new Error(`there is a key ${id} already`);
  await holdKey(records, id);
  return row;
}

/** Within a transaction. @returns those whose spaces nobody needs any more. */
export async function removeKeys(records: TenantRecords, condition: SQL): Promise<KeyRow[]> {
  const removed = await records.keys.removeAll(condition);
  for (const { id } of removed) await records.references.release(ownerOf(id));
  return removed;
}
