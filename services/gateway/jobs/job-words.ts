// A job in its tenant's own words, sealed with the key of the job's space.

import type { JobRequest } from '#contracts/job-request.js';
import { jobSpace } from '#contracts/spaces.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { TextKey } from '#platform/artifacts/keys/text-key.js';
import type { Logger } from '#platform/log/logger.js';
import { type JobError, jobEvents, jobs, type JobWords } from '../database/schema.js';
import type { EventRow, JobRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import { TextReader, UNREADABLE } from '../texts/text-reader.js';
import { otherModels, withOtherModels } from './other-models.js';

interface JobText {
  readonly request: JobRequest;
  readonly fineTunedModel: string | null;
  readonly error: JobError<string> | null;
}
/** Records whose texts are opened. */
export type ToldJob = Omit<JobRow, keyof JobText | 'words'> & JobText;
export type ToldEvent = Omit<EventRow, 'message'> & { readonly message: string };

/** Where each text is kept. */
export const wordsPlace = (id: string): string => placeOf(jobs.words, id);
export const errorPlace = (id: string): string => placeOf(jobs.error, id);
export const fineTunedModelPlace = (id: string): string => placeOf(jobs.fineTunedModel, id);
export const messagePlace = (eventId: string): string => placeOf(jobEvents.message, eventId);

/** @returns the columns that the request is kept in. */
export function sealRequest(
  key: TextKey,
  id: string,
  { model, suffix, metadata, ...request }: JobRequest,
): Pick<JobRow, 'request' | 'words'> {
  const { reference, before } = otherModels(request);
  const words: JobWords = { model, suffix, metadata, reference, before };
  return {
    request: withOtherModels(request, {}),
    words: key.seal(JSON.stringify(words), wordsPlace(id)),
  };
}

/** @throws UnreadableTextError */
export const openRequest = (key: TextKey, row: Pick<JobRow, 'id' | 'request' | 'words'>) =>
  requestOf(row, (words) => key.open(words, wordsPlace(row.id)));

/** @throws StorageUnavailableError, KeyServiceError */
export async function tellJobs(
  artifacts: TenantStore,
  rows: readonly JobRow[],
  log: Logger,
): Promise<ToldJob[]> {
  const spaces = rows.map(({ id }) => jobSpace(id));
  const texts = await TextReader.load(artifacts, spaces, log);
  return rows.map((row) => tellJob(row, texts));
}

/** @param rows of one job. @throws StorageUnavailableError, KeyServiceError */
export async function tellEvents(
  artifacts: TenantStore,
  jobId: string,
  rows: readonly EventRow[],
  log: Logger,
): Promise<ToldEvent[]> {
  const space = jobSpace(jobId);
  const texts = await TextReader.load(artifacts, [space], log);
  return rows.map((row) => ({
    ...row,
    message: texts.read(row.message, space, messagePlace(row.id)),
  }));
}

const noWords = JSON.stringify({ model: UNREADABLE });

function tellJob({ words, ...row }: JobRow, texts: TextReader): ToldJob {
  const { id, request, fineTunedModel, error } = row;
  const space = jobSpace(id);
  return {
    ...row,
    request: requestOf(
      { request, words },
      (text) => texts.tryRead(text, space, wordsPlace(id)) ?? noWords,
    ),
    fineTunedModel: fineTunedModel && texts.read(fineTunedModel, space, fineTunedModelPlace(id)),
    error: error && { ...error, message: texts.read(error.message, space, errorPlace(id)) },
  };
}

/** An earlier release has the words among the rest. */
function requestOf(
  { request, words }: Pick<JobRow, 'request' | 'words'>,
  open: (words: NonNullable<JobRow['words']>) => string,
): JobRequest {
  if (words === null) return request as JobRequest;
  const { reference, before, ...said } = JSON.parse(open(words)) as JobWords;
  return { ...withOtherModels(request, { reference, before }), ...said } as JobRequest;
}
