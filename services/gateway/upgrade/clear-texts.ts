// Where releases before 0.2 kept text in clear, and what becomes of it.

import { and, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, type PgTable, QueryBuilder } from 'drizzle-orm/pg-core';
import type { JobRequest } from '#contracts/job-request.js';
import { accountSpace, fileSpace, jobSpace, keySpace, modelSpace } from '#contracts/spaces.js';
import {
  HASHED,
  isSealed,
  PREFIX,
  type SealedText,
  type TextKey,
} from '#platform/artifacts/keys/text-key.js';
import { apiKeys, files, jobEvents, jobs, models, tenants } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { FileRow, JobRow, KeyRow, ModelRow, TenantRow } from '../database/tenant-records.js';
import type { Owner } from '../database/tenant-references.js';
import { filenamePlace } from '../files/file-object.js';
import { hashOpen } from '../jobs/idempotency.js';
import { errorPlace, fineTunedModelPlace, messagePlace, sealRequest } from '../jobs/job-words.js';
import { modelNamePlace } from '../models/model-name.js';
import { keyNamePlace } from '../tenants/key-name.js';
import { tenantNamePlace } from '../tenants/tenant-name.js';

/** What they have in common. */
export interface ClearRow {
  readonly id: string;
  readonly seq: number;
}

export interface ClearTexts<Row extends ClearRow = ClearRow> {
  readonly table: PgTable & { seq: PgColumn; deletedAt?: PgColumn };
  /** Column and value of whose the texts are. */
  readonly tenantColumn: PgColumn;
  tenantOf(row: Row): string;
  /** Of rows that have some. */
  readonly isClear: SQL | undefined;
  spaceOf(row: Row): string;
  ownerOf(row: Row): Owner;
  /** @param transaction that holds the row. */
  seal(transaction: Sql, row: Row, key: TextKey): Promise<void>;
}

const isClear = (text: PgColumn | SQL, prefix = PREFIX): SQL =>
  sql`(NOT starts_with(${text}, ${prefix}) AND ${text} <> '')`;

const tenantOf = ({ tenantId }: { readonly tenantId: string }): string => tenantId;

const ofTenants: ClearTexts<TenantRow> = {
  table: tenants,
  tenantColumn: tenants.id,
  tenantOf: ({ id }) => id,
  isClear: isClear(tenants.name),
  spaceOf: () => accountSpace,
  ownerOf: ({ id }) => ({ kind: 'tenant', id }),
  async seal(transaction, { id, name }, key) {
    const sealed = key.seal(name, tenantNamePlace(id));
    await transaction.update(tenants).set({ name: sealed }).where(eq(tenants.id, id));
  },
};

const ofKeys: ClearTexts<KeyRow> = {
  table: apiKeys,
  tenantColumn: apiKeys.tenantId,
  tenantOf,
  isClear: isClear(apiKeys.name),
  spaceOf: ({ id }) => keySpace(id),
  ownerOf: ({ id }) => ({ kind: 'key', id }),
  async seal(transaction, { id, name }, key) {
    const sealed = key.seal(name, keyNamePlace(id));
    await transaction.update(apiKeys).set({ name: sealed }).where(eq(apiKeys.id, id));
  },
};

const sealOnce = (key: TextKey, text: SealedText, place: string): SealedText =>
  isSealed(text) ? text : key.seal(text, place);

const ofFiles: ClearTexts<FileRow> = {
  table: files,
  tenantColumn: files.tenantId,
  tenantOf,
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
  tenantColumn: jobs.tenantId,
  tenantOf,
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

/** What a job remembers of its Idempotency-Key, for as long as its tenant. */
const ofRepeats: ClearTexts<JobRow> = {
  ...ofJobs,
  isClear: isClear(jobs.idempotencyKey, HASHED),
  spaceOf: () => accountSpace,
  ownerOf: ({ tenantId: id }) => ({ kind: 'tenant', id }),
  async seal(transaction, { id, idempotencyKey, idempotencyRequest }, key) {
    if (idempotencyKey === null) return;
    const hashed = hashOpen(key, jobs, { key: idempotencyKey, request: idempotencyRequest });
    await transaction.update(jobs).set(hashed).where(eq(jobs.id, id));
  },
};

const ofModels: ClearTexts<ModelRow> = {
  table: models,
  tenantColumn: models.tenantId,
  tenantOf,
  isClear: isNull(models.name),
  spaceOf: ({ jobId }) => modelSpace(jobId),
  ownerOf: ({ jobId }) => ({ kind: 'model', id: jobId }),
  async seal(transaction, { id: name, jobId }, key) {
    const id = modelSpace(jobId);
    const values = { id, name: key.seal(name, modelNamePlace(id)) };
    await transaction.update(models).set(values).where(eq(models.jobId, jobId));
  },
};

export const clearTexts: readonly ClearTexts[] = [
  ofTenants,
  ofKeys,
  ofFiles,
  ofJobs,
  ofRepeats,
  ofModels,
];
/** Tables whose rows are changed then. */
export const emptied = [tenants, apiKeys, files, jobs, jobEvents, models];
