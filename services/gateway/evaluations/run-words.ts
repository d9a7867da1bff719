// A run in its tenant's own words, sealed with the key of the run's space.

import type { RunRequest } from '#contracts/evaluation-runs.js';
import { runSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { TextKey } from '#platform/artifacts/keys/text-key.js';
import type { Logger } from '#platform/log/logger.js';
import { evaluationRuns, type RunWords } from '../database/schema.js';
import type { RunRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader, UNREADABLE } from '../texts/text-reader.js';

/** A record whose texts are opened. */
export type ToldRun = Omit<RunRow, 'words' | 'request'> & { readonly request: RunRequest };

const wordsPlace = (id: string): string => placeOf(evaluationRuns.words, id);

/** @returns the columns that the request is kept in. */
export function sealRun(
  key: TextKey,
  id: string,
  { models, metadata, ...request }: RunRequest,
): Pick<RunRow, 'request' | 'words'> {
  const words: RunWords = { models, metadata };
  return { request, words: key.seal(JSON.stringify(words), wordsPlace(id)) };
}

/** @throws StorageUnavailableError, KeyServiceError */
export async function tellRuns(
  artifacts: TenantStore,
  rows: readonly RunRow[],
  log: Logger,
): Promise<ToldRun[]> {
  const spaces = rows.map(({ id }) => runSpace(id));
  const texts = await TextReader.load(artifacts, spaces, log);
  return rows.map(({ words, request, ...row }) => {
    const opened = texts.tryRead(words, runSpace(row.id), wordsPlace(row.id));
    const unreadable = { models: row.models.map(() => UNREADABLE) };
    const told = opened === undefined ? unreadable : (JSON.parse(opened) as RunWords);
    return { ...row, request: { ...request, ...told } };
  });
}
