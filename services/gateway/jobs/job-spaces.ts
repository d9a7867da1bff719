// The spaces that a job needs: its own, its model's until that is published, and while it is open
// those of its files and its knowledge base.

import { jobSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import type { JobData } from '../database/schema.js';
import type { JobRow, TenantRecords } from '../database/tenant-records.js';
import { lockFiles } from '../files/lock-files.js';
import { lockVersion } from '../knowledge/lock-version.js';

const ownerOf = (id: string) => ({ kind: 'job', id }) as const;

/**
 * In the transaction that records the job: its files and its version of a base are there until it
 * ends.
 * @throws ApiError 404 for a file that was deleted meanwhile, 409 for a version
 */
export async function holdSpaces(records: TenantRecords, { id, data }: JobRow): Promise<void> {
  await lockFiles(records, filesOf(data));
  if (data.knowledge) await lockVersion(records, data.knowledge);
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
  ...(data.knowledge ? [data.knowledge.version.space] : []),
];

/** Those that are made for the job. */
export const ownSpaces = (id: string): string[] => [jobSpace(id), workSpace(id), modelSpace(id)];

function filesOf({ training, retain, evaluation, holdout }: JobData): string[] {
  const sets = [training, retain, evaluation?.forget, evaluation?.retain, holdout];
  return [...new Set(sets.flatMap((set) => (set ? [set.space] : [])))].toSorted();
}
