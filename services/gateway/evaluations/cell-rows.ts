// The rows that a cell has left.

import { type CellRow, cellManifestSchema } from '#contracts/cells.js';
import { cellSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import { readCellRows } from '#platform/artifacts/cell-rows.js';
import type { PlacedCell } from './run-cells.js';

/** None of one that has not succeeded. */
export async function* rowsOfCell(
  artifacts: TenantStore,
  { cell: { id, answersId, report } }: PlacedCell,
): AsyncGenerator<CellRow, void, void> {
  if (report === null) return;
  const space = artifacts.space(cellSpace(id));
  const manifest = cellManifestSchema.parse(await space.getJson(report));
  const answered = answersId === null ? undefined : artifacts.space(cellSpace(answersId));
  yield* readCellRows(space, manifest, answered);
}
