// The rows of a cell, as clients see them: verdicts beside the answers that they are on.

import type { CellManifest, CellRow } from '#contracts/cells.js';
import { cellManifestSchema } from '#contracts/cells.js';
import { type Answer, rowOf, type Verdict } from '#contracts/layers.js';
import type { ArtifactSpace } from './artifact-store.js';
import { readStretches } from './stretches.js';

/**
 * @param answered space of the cell that was judged.
 * @throws ArtifactNotFoundError, CorruptArtifactError
 */
export async function* readCellRows(
  space: ArtifactSpace,
  { answers, stretches }: Pick<CellManifest, 'answers' | 'stretches'>,
  answered: ArtifactSpace | undefined,
): AsyncGenerator<CellRow, void, void> {
  if (!answers || !answered) return yield* readStretches<CellRow>(space, stretches);
  const asked = cellManifestSchema.parse(await answered.getJson(answers));
  const verdicts = readStretches<Verdict>(space, stretches);
  for await (const answer of readStretches<Answer>(answered, asked.stretches)) {
    const { value } = await verdicts.next();
    yield rowOf(answer, value ?? undefined);
  }
}
