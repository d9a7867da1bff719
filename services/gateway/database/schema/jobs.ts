// Jobs, their stages and their history.

import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core';
import type { JobRequest } from '#contracts/job-request.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { Artifact } from '#contracts/spaces.js';
import type { StageName } from '#contracts/stages.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { createdAt, deletedAt, hashedText, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

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
  before?: string | undefined;
};
/** The rest, as parsed, every default filled in. */
export type JobSettings = Omit<JobRequest, 'model' | 'suffix' | 'metadata'>;

/**
 * The files of a job by content, fixed when it is created: a file deleted later changes nothing.
 */
export interface JobData {
  /** Of a method that trains on a file. */
  training?: Artifact;
  /** The version of the knowledge base that a job tunes to. */
  knowledge?: { id: string; version: Artifact };
  retain?: Artifact;
  evaluation?: { forget: Artifact; retain: Artifact };
  /** Questions that no model was taught. */
  holdout?: Artifact;
  /** The model that never saw the forget set. */
  reference?: ModelRef;
  /** The model that unlearning began from, where an audit is told. */
  before?: ModelRef;
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
