// Where releases before 0.2 kept text in clear, and what becomes of it.

import { and, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core';
import type { JobRequest } from '#contracts/job-request.js';
import { fileSpace, jobSpace, modelSpace } from '#contracts/spaces.js';
import {
  isSealed,
  PREFIX,
  type SealedText,
  type TextKey,
} from '#platform/artifacts/keys/text-key.js';
import { files, jobEvents, jobs, models } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { FileRow, JobRow, ModelRow } from '../database/tenant-records.js';
import type { Owner } from '../database/tenant-references.js';
import type { Scopable } from '../database/tenant-table.js';
import { filenamePlace } from '../files/file-object.js';
import { errorPlace, fineTunedModelPlace, messagePlace, sealRequest } from '../jobs/job-words.js';
import { modelNamePlace } from '../models/model-name.js';

/** What they have in common. */
export type ClearRow = Pick<FileRow, 'id' | 'seq' | 'tenantId'>;

export interface ClearTexts<Row extends ClearRow = ClearRow> {
  readonly table: Scopable & { deletedAt: PgColumn };
  /** Of rows that have some. */
  readonly isClear: SQL | undefined;
  spaceOf(row: Row): string;
  ownerOf(row: Row): Owner;
  /** @param transaction that holds the row. */
  seal(transaction: Sql, row: Row, key: TextKey): Promise<void>;
}

const isClear = (text: PgColumn | SQL): SQL =>
  sql`(NOT starts_with(${text}, ${PREFIX}) AND ${text} <> '')`;

const sealOnce = (key: TextKey, text: SealedText, place: string): SealedText =>
  isSealed(text) ? text : key.seal(text, place);

const ofFiles: ClearTexts<FileRow> = {
  table: files,
  isClear: isClear(files.filename),
  spaceOf: ({ id }) => fileSpace(id),
  ownerOf: ({ id }) => ({ kind: 'file', id }),
  async seal(transaction, { id, filename }, key) {
    const sealed = key.seal(filename, filenamePlace(id));
    await transaction.update(files).set({ filename: sealed }).where(eq(files.id, id));
  },
};

const clearEvents = new QueryBuilder()
  .select({ id: jobEvents.id })
  .from(jobEvents)
  .where(and(eq(jobEvents.jobId, jobs.id), isClear(jobEvents.message)));

const ofJobs: ClearTexts<JobRow> = {
  table: jobs,
  isClear: or(
    isNull(jobs.words),
    isClear(jobs.fineTunedModel),
    isClear(sql`${jobs.error}->>'message'`),
    exists(clearEvents),
  ),
  spaceOf: ({ id }) => jobSpace(id),
  ownerOf: ({ id }) => ({ kind: 'job', id }),
  async seal(transaction, job, key) {
    await transaction.update(jobs).set(sealedJob(job, key)).where(eq(jobs.id, job.id));
    const clear = and(eq(jobEvents.jobId, job.id), isClear(jobEvents.message));
    for (const { id, message } of await transaction.select().from(jobEvents).where(clear))
      await transaction
        .update(jobEvents)
        .set({ message: key.seal(message, messagePlace(id)) })
        .where(eq(jobEvents.id, id));
  },
};

function sealedJob(job: JobRow, key: TextKey): Partial<JobRow> {
  const { id, request, words, fineTunedModel: model, error } = job;
  return {
    ...(words === null ? sealRequest(key, id, request as JobRequest) : {}),
    fineTunedModel: model && sealOnce(key, model, fineTunedModelPlace(id)),
    error: error && { ...error, message: sealOnce(key, error.message, errorPlace(id)) },
  };
}

const ofModels: ClearTexts<ModelRow> = {
  table: models,
  isClear: isNull(models.name),
  spaceOf: ({ jobId }) => modelSpace(jobId),
  ownerOf: ({ jobId }) => ({ kind: 'model', id: jobId }),
  async seal(transaction, { id: name, jobId }, key) {
    const id = modelSpace(jobId);
    const values = { id, name: key.seal(name, modelNamePlace(id)) };
    await transaction.update(models).set(values).where(eq(models.jobId, jobId));
  },
};

export const clearTexts: readonly ClearTexts[] = [ofFiles, ofJobs, ofModels];
/** Tables whose rows are changed then. */
export const emptied = [files, jobs, jobEvents, models];
