// The gateway's tables, the one source of the migrations beside it: `npm run schema` writes the next
// one after a change here. The same SQL runs on PostgreSQL and on PGlite.

import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Summary } from '#contracts/artifacts.js';
import type { CellStatus, RunRequest, RunStatus } from '#contracts/evaluation-runs.js';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { JudgeName } from '#contracts/judges.js';
import type { OwnQuotas } from '#contracts/quotas.js';
import type { Envelope } from '#contracts/receipts/envelope.js';
import type { Artifact } from '#contracts/spaces.js';
import type { StageName } from '#contracts/stages.js';
import type { TaskName } from '#contracts/tasks.js';
import type { UsageMetric } from '#contracts/usage-metrics.js';
import type { HashedText, SealedText } from '#platform/artifacts/keys/text-key.js';

/** A tombstone: to everybody the row is gone, while what belongs to it is erased. */
const deletedAt = () => timestamp('deleted_at', { withTimezone: true });
const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow();
/** Order of insertion: what cursor pages walk, since times may tie. */
const seq = () => bigint('seq', { mode: 'number' }).notNull().generatedByDefaultAsIdentity();

/** A tenant's own words, which go with the key of the space that they are said of. */
const sealedText = (name: string) => text(name).$type<SealedText>();
/** What of such words is compared. */
const hashedText = (name: string) => text(name).$type<HashedText>();

export const tenants = pgTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    /** Empty until the tenant has its keys. */
    name: sealedText('name').notNull(),
    /** By the key that `name_keys` names: no two tenants have one name. */
    nameHash: hashedText('name_hash'),
    /** Its own, where they are not the operator's for all. */
    quotas: jsonb('quotas').$type<OwnQuotas>().notNull().default({}),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [
    // Partial: to change what such an index has does not wait for those who name the tenant's row.
    uniqueIndex('tenants_name')
      .on(table.nameHash)
      .where(sql`name_hash IS NOT NULL`),
  ],
);
const tenantId = () =>
  text('tenant_id')
    .notNull()
    .references(() => tenants.id, { onDelete: 'cascade' });

/**
 * Which key names of tenants are hashed with, a space of nobody's. Once a tenant is gone another
 * one takes its place: nobody can then ask an old page for a name. One row.
 */
export const nameKeys = pgTable('name_keys', {
  one: boolean('one').primaryKey().default(true),
  space: text('space').notNull(),
  /** That is to take its place, while hashes are made with it. */
  next: text('next'),
  /** Whether it has hashed the name of a tenant that is gone, or not yet those of all. */
  isStale: boolean('is_stale').notNull().default(true),
});

/** Keys carry 256 random bits, so a plain SHA-256 is enough: there is nothing to guess. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    name: sealedText('name').notNull(),
    hash: text('hash').notNull().unique(),
    /** What the key begins with, for people who look for it; of those of earlier versions unknown. */
    prefix: text('prefix'),
    createdAt: createdAt(),
    /** To the minute. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (table) => [index('api_keys_tenant').on(table.tenantId, table.seq)],
);

export const files = pgTable(
  'files',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    filename: sealedText('filename').notNull(),
    purpose: text('purpose').notNull(),
    bytes: integer('bytes').notNull(),
    /** In the store, with what was made of it. Null: not measured. */
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    rows: integer('rows').notNull(),
    hash: text('hash').notNull(),
    /** Its example set; null for a file that came before there were any. */
    examples: text('examples'),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [index('files_tenant').on(table.tenantId, table.seq)],
);

export const jobStatuses = [
  'validating_files',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type JobStatus = (typeof jobStatuses)[number];
export const openStatuses: JobStatus[] = ['validating_files', 'queued', 'running'];

export interface JobError<Text = SealedText> {
  code: string;
  message: Text;
  param: string | null;
}

/** What of a request is in the tenant's own words. */
export type JobWords = Pick<JobRequest, 'model' | 'suffix' | 'metadata'> & {
  /** Of the evaluation: a model's name, as the first. */
  reference?: string | undefined;
};
/** The rest, as parsed, every default filled in. */
export type JobSettings = Omit<JobRequest, 'model' | 'suffix' | 'metadata'>;

/**
 * The files of a job by content, fixed when it is created: a file deleted later changes nothing.
 */
export interface JobData {
  training: Artifact;
  retain?: Artifact;
  evaluation?: { forget: Artifact; retain: Artifact };
  /** Questions that no model was taught. */
  holdout?: Artifact;
  /** The model that never saw the forget set. */
  reference?: ModelRef;
}

export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    status: text('status').$type<JobStatus>().notNull(),
    request: jsonb('request').$type<JobSettings>().notNull(),
    /** JobWords as JSON; null until those of an earlier release, which are in the request, are sealed. */
    words: sealedText('words'),
    base: text('base').notNull(),
    /** The adapter that the job starts from, where its model is a tuned one, and its space. */
    adapter: text('adapter'),
    adapterSpace: text('adapter_space'),
    data: jsonb('data').$type<JobData>().notNull(),
    traceId: text('trace_id').notNull(),
    fineTunedModel: sealedText('fine_tuned_model'),
    trainedTokens: integer('trained_tokens'),
    trainedSteps: integer('trained_steps'),
    /** Of what it has left, once it has ended. */
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    error: jsonb('error').$type<JobError>(),
    /** Reports of the evaluations, by content. */
    before: text('before_report'),
    after: text('after_report'),
    /** Whether a flow in the queues may still have to be watched or cancelled. */
    flowOpen: boolean('flow_open').notNull().default(true),
    /** What is kept of the Idempotency-Key, and of the request that it came with. */
    idempotencyKey: hashedText('idempotency_key'),
    idempotencyRequest: hashedText('idempotency_request'),
    createdAt: createdAt(),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    deletedAt: deletedAt(),
  },
  (table) => [
    index('jobs_tenant').on(table.tenantId, table.seq),
    index('jobs_flow_open')
      .on(table.flowOpen)
      .where(sql`flow_open`),
    index('jobs_waiting')
      .on(table.tenantId, table.seq)
      .where(sql`status = 'queued' AND NOT flow_open`),
    unique('jobs_idempotency').on(table.tenantId, table.idempotencyKey),
  ],
);

export type StageStatus = 'pending' | 'running' | 'succeeded' | 'failed';

/** Where each stage of a job stands. */
export const jobStages = pgTable(
  'job_stages',
  {
    /** The same id as the stage's job in its queue. */
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    stage: text('stage').$type<StageName>().notNull(),
    /** Place in the flow, from 0. */
    position: integer('position').notNull(),
    status: text('status').$type<StageStatus>().notNull().default('pending'),
    done: integer('done').notNull().default(0),
    total: integer('total').notNull().default(0),
    metrics: jsonb('metrics').$type<Record<string, number>>(),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (table) => [index('job_stages_job').on(table.jobId)],
);

/** What clients read as the job's history. The key makes an event that arrives twice one row. */
export const jobEvents = pgTable(
  'job_events',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    level: text('level').$type<'info' | 'warn' | 'error'>().notNull(),
    type: text('type').$type<'message' | 'metrics'>().notNull(),
    message: sealedText('message').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('job_events_once').on(table.jobId, table.key),
    index('job_events_job').on(table.jobId, table.seq),
  ],
);

/** Tuned models: an adapter of the tenant's artifacts under a public name. */
export const models = pgTable(
  'models',
  {
    /** The model's space; of an earlier release, its name in clear until that is sealed. */
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    /** That clients use. */
    name: sealedText('name'),
    base: text('base').notNull(),
    adapter: text('adapter').notNull(),
    /** In the store. Null: not measured. */
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    jobId: text('job_id').notNull().unique(),
    createdAt: createdAt(),
    deletedAt: deletedAt(),
  },
  (table) => [index('models_tenant').on(table.tenantId, table.seq)],
);

/** What of an evaluation run's request is in the tenant's own words. */
export type RunWords = Pick<RunRequest, 'models' | 'metadata'>;
/** The rest, as parsed, every default filled in. */
export type RunSettings = Omit<RunRequest, keyof RunWords>;

/** A model of a run, fixed when it is created. */
export interface RunModel extends ModelRef {
  /** Of the base model's files. */
  digest: string;
}

/** A task's files by content. */
export type TaskData = Record<'forget' | 'retain', Artifact>;

export const evaluationRuns = pgTable(
  'evaluation_runs',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    status: text('status').$type<RunStatus>().notNull(),
    request: jsonb('request').$type<RunSettings>().notNull(),
    /** RunWords as JSON. */
    words: sealedText('words').notNull(),
    /** In the request's order, as `data` is in that of its tasks. */
    models: jsonb('models').$type<RunModel[]>().notNull(),
    data: jsonb('data').$type<TaskData[]>().notNull(),
    cells: integer('cells').notNull(),
    /** How many of them are recorded already, the first ones. */
    planned: integer('planned').notNull().default(0),
    traceId: text('trace_id').notNull(),
    /** As of jobs. */
    idempotencyKey: hashedText('idempotency_key'),
    idempotencyRequest: hashedText('idempotency_request'),
    createdAt: createdAt(),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    deletedAt: deletedAt(),
  },
  (table) => [
    index('evaluation_runs_tenant').on(table.tenantId, table.seq),
    index('evaluation_runs_open')
      .on(table.seq)
      .where(sql`status IN ('queued', 'running')`),
    unique('evaluation_runs_idempotency').on(table.tenantId, table.idempotencyKey),
  ],
);

/** What a cell asks: the payload of its job in the queue, but for ids. */
export interface CellWork {
  task: TaskName;
  model: ModelRef;
  data: TaskData;
  judge: JudgeName;
  maxTokens: number;
  shardSize: number;
  limit?: number;
}

/** One model at one task, by content: whichever runs name it, it is asked once. */
export const evaluationCells = pgTable(
  'evaluation_cells',
  {
    /** Also of its space, and of its job in the queue. */
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: tenantId(),
    /** Hash of all that its figures depend on; null for one that no other run may take. */
    key: text('key'),
    status: text('status').$type<CellStatus>().notNull(),
    work: jsonb('work').$type<CellWork>().notNull(),
    traceId: text('trace_id').notNull(),
    /** Spaces of the model and of the files that it was made from. */
    sources: text('sources').array().notNull(),
    /** Whether the queue may still have to be asked or told. */
    isQueued: boolean('is_queued').notNull().default(false),
    /** By content, in its space. */
    report: text('report'),
    figures: jsonb('figures').$type<Summary>(),
    error: sealedText('error'),
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (table) => [
    unique('evaluation_cells_key').on(table.tenantId, table.key),
    index('evaluation_cells_sources').using('gin', table.sources),
    index('evaluation_cells_queued')
      .on(table.seq)
      .where(sql`is_queued`),
  ],
);

export const evaluationRunCells = pgTable(
  'evaluation_run_cells',
  {
    runId: text('run_id')
      .notNull()
      .references(() => evaluationRuns.id, { onDelete: 'cascade' }),
    /** In the run, from 0: model by model, task by task. */
    place: integer('place').notNull(),
    cellId: text('cell_id')
      .notNull()
      .references(() => evaluationCells.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.place] }),
    index('evaluation_run_cells_cell').on(table.cellId),
  ],
);

/** `draft`: who makes what will own the space. */
export type OwnerKind = 'draft' | 'evaluation_run' | 'file' | 'job' | 'key' | 'model' | 'tenant';

/**
 * Who needs the bytes of a space. A reference comes before the first byte; what has none is erased.
 */
export const artifactReferences = pgTable(
  'artifact_references',
  {
    tenantId: tenantId(),
    space: text('space').notNull(),
    ownerKind: text('owner_kind').$type<OwnerKind>().notNull(),
    /** Of a file, a job, a run, an API key or the tenant; a model's is the id of the job that made it, a draft's the space's. */
    ownerId: text('owner_id').notNull(),
    /** Until when it counts, for an owner that may die without giving it back: a draft. */
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.space, table.ownerKind, table.ownerId] }),
    index('artifact_references_owner').on(table.tenantId, table.ownerKind, table.ownerId),
  ],
);

/** `leftovers`: what a job that has ended no longer needs. */
export type ErasureKind = 'file' | 'job' | 'model' | 'evaluation_run' | 'tenant' | 'leftovers';

/** What is to be erased, and what was. It outlives what it names, and holds no text. */
export const erasures = pgTable(
  'erasures',
  {
    /** Kind and target. */
    id: text('id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').$type<ErasureKind>().notNull(),
    targetId: text('target_id').notNull(),
    createdAt: createdAt(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is tried next. */
    dueAt: timestamp('due_at', { withTimezone: true }).notNull().defaultNow(),
    doneAt: timestamp('done_at', { withTimezone: true }),
  },
  (table) => [
    index('erasures_due')
      .on(table.dueAt)
      .where(sql`done_at IS NULL`),
  ],
);

/** Public keys that have signed receipts here, for ever: a receipt outlives the key that signed it. */
export const receiptKeys = pgTable('receipt_keys', {
  /** SHA-256 of the key: what an envelope names. */
  id: text('id').primaryKey(),
  pem: text('pem').notNull(),
  createdAt: createdAt(),
});

/** What was erased, or `unlearning` for what a model was made to forget. */
export const receiptKinds = [
  'file',
  'job',
  'model',
  'evaluation_run',
  'tenant',
  'unlearning',
] as const;
export type ReceiptKind = (typeof receiptKinds)[number];

/** A log for each tenant, which outlives the tenant: rows are added alone. It holds no text. */
export const receipts = pgTable(
  'receipts',
  {
    id: text('id').primaryKey(),
    seq: seq(),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').$type<ReceiptKind>().notNull(),
    /** Of a file, a job, a run or the tenant; a model's is the id of the job that made it. */
    targetId: text('target_id').notNull(),
    /** Place in the tenant's log, from 0. */
    sequence: integer('sequence').notNull(),
    /** What the next one names. */
    hash: text('hash').notNull(),
    envelope: jsonb('envelope').$type<Envelope>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('receipts_place').on(table.tenantId, table.sequence),
    unique('receipts_once').on(table.kind, table.targetId),
    index('receipts_tenant').on(table.tenantId, table.seq),
  ],
);

/** Whose the artifacts are: of this database, wherever it is moved to or restored. One row. */
export const identity = pgTable('identity', {
  one: boolean('one').primaryKey().default(true),
  id: uuid('id').notNull().defaultRandom(),
});

/** How far the events of each queue have been applied; read when a gateway starts. */
export const cursors = pgTable('cursors', {
  queue: text('queue').primaryKey(),
  eventId: text('event_id').notNull(),
});

/** What a tenant has used in an hour. */
export const usage = pgTable(
  'usage',
  {
    tenantId: tenantId(),
    hour: timestamp('hour', { withTimezone: true }).notNull(),
    metric: text('metric').$type<UsageMetric>().notNull(),
    amount: doublePrecision('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hour, table.metric] })],
);

/** Which gateway does what only one may do at a time. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
