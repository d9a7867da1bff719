// The rows that a cell has left.

import { type CellRow, cellManifestSchema } from '#contracts/cells.js';
import { cellSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import { readStretches } from '#platform/artifacts/stretches.js';
import type { PlacedCell } from './run-cells.js';

/** None of one that has not succeeded. */
export async function* rowsOfCell(
  artifacts: TenantStore,
  { cell: { id, report } }: PlacedCell,
): AsyncGenerator<CellRow, void, void> {
  if (report === null) return;
  const space = artifacts.space(cellSpace(id));
  const { stretches } = cellManifestSchema.parse(await space.getJson(report));
  yield* readStretches<CellRow>(space, stretches);
}
