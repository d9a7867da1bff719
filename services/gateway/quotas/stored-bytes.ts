// How much a tenant has stored, as it lies in the store: of files and knowledge bases once they are
// uploaded, of jobs, models and cells of evaluation runs once those have ended.

import { evaluationCells, files, jobs, knowledgeBases, models } from '../database/schema.js';
import type { TenantRecords } from '../database/tenant-records.js';

export const storedBytes = (records: TenantRecords): Promise<number> =>
  records.total([
    records.files.sum(files.storedBytes),
    records.jobs.sum(jobs.storedBytes),
    records.models.sum(models.storedBytes),
    records.knowledgeBases.sum(knowledgeBases.storedBytes),
    records.cells.sum(evaluationCells.storedBytes),
  ]);
