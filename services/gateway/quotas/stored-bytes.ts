// How much a tenant has stored, as it lies in the store: of files once they are uploaded, of jobs and
// models once the job has ended.

import { files, jobs, models } from '../database/schema.js';
import type { TenantRecords } from '../database/tenant-records.js';

export async function storedBytes(records: TenantRecords): Promise<number> {
  const ofFiles = await records.files.sum(files.storedBytes);
  const ofJobs = await records.jobs.sum(jobs.storedBytes);
  return ofFiles + ofJobs + (await records.models.sum(models.storedBytes));
}
