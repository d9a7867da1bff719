// The spaces that a run needs: its own, its cells', and its files' while it is open.

import { cellSpace, runSpace } from '#contracts/spaces.js';
import type { RunRow, TenantRecords } from '../database/tenant-records.js';

const ownerOf = (id: string) => ({ kind: 'evaluation_run', id }) as const;

/** In the transaction that records the run. */
export async function holdSpaces(records: TenantRecords, { id, data }: RunRow): Promise<void> {
  await records.references.hold(ownerOf(id), [runSpace(id), ...filesOf(data)]);
}

/** In the transaction that records the cells as the run's. */
export async function holdCells(
  records: TenantRecords,
  { id }: RunRow,
  cells: readonly string[],
): Promise<void> {
  await records.references.hold(ownerOf(id), cells.map(cellSpace));
}

/** At the end of a run: its files may be deleted. */
export async function releaseFiles(records: TenantRecords, { id, data }: RunRow): Promise<void> {
  await records.references.release(ownerOf(id), filesOf(data));
}

export async function releaseSpaces(records: TenantRecords, id: string): Promise<void> {
  await records.references.release(ownerOf(id));
}

export const filesOf = (data: RunRow['data']): string[] =>
  [...new Set(data.flatMap((sets) => Object.values(sets).map(({ space }) => space)))].toSorted();
