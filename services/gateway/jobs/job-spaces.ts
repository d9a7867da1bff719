// The spaces that a job needs: its own, its model's until that is published, and its files' while it
// is open.

import { jobSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import type { JobData } from '../database/schema.js';
import type { JobRow, TenantRecords } from '../database/tenant-records.js';
import { lockFiles } from '../files/lock-files.js';

const ownerOf = (id: string) => ({ kind: 'job', id }) as const;

/**
 * In the transaction that records the job: its files are there until it ends.
 * @throws ApiError 404 for one that was deleted meanwhile
 */
export async function holdSpaces(records: TenantRecords, { id, data }: JobRow): Promise<void> {
  await lockFiles(records, filesOf(data));
  await records.references.hold(ownerOf(id), spacesOf({ id, data }));
}

/** At the end of a job, its own space stays. Its model is another's by then, or will not be. */
export async function releaseSpaces(records: TenantRecords, id: string): Promise<void> {
  await records.references.releaseAllBut(ownerOf(id), jobSpace(id));
  await records.erase('leftovers', id);
}

/** Before that end: what the job has trained is a model now. */
export async function giveModel(records: TenantRecords, id: string): Promise<void> {
  await records.references.hold({ kind: 'model', id }, [modelSpace(id)]);
}

/** All that a job may hold, its own and others'. */
export const spacesOf = ({ id, data }: Pick<JobRow, 'id' | 'data'>): string[] => [
  ...ownSpaces(id),
  ...filesOf(data),
];

/** Those that are made for the job. */
export const ownSpaces = (id: string): string[] => [jobSpace(id), workSpace(id), modelSpace(id)];

function filesOf({ training, retain, evaluation, holdout }: JobData): string[] {
  const sets = [training, retain, evaluation?.forget, evaluation?.retain, holdout];
  return [...new Set(sets.flatMap((set) => (set ? [set.space] : [])))].toSorted();
}
