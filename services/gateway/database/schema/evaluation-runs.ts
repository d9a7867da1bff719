// Evaluation runs and their cells.

import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core';
import type { Figure } from '#contracts/cells.js';
import type { AskedDecoding } from '#contracts/decoding.js';
import type { CellStatus, RunRequest, RunStatus } from '#contracts/evaluation-runs.js';
import type { ModelRef } from '#contracts/jobs.js';
import type { JudgeName } from '#contracts/judges.js';
import type { Artifact } from '#contracts/spaces.js';
import type { TaskName } from '#contracts/tasks.js';
import { createdAt, deletedAt, hashedText, sealedText, seq } from './columns.js';
import { tenantId } from './tenant-id.js';

/** What of an evaluation run's request is in the tenant's own words. */
export type RunWords = Pick<RunRequest, 'models' | 'metadata'>;
/** The rest, as parsed, every default filled in. */
export type RunSettings = Omit<RunRequest, keyof RunWords>;

/** A model of a run, fixed when it is created. */
export interface RunModel extends ModelRef {
  /** Of the base model's files; and, where it is not float32, the precision it is served in. */
  digest: string;
}

/** A task's files by content. */
export type TaskData = Record<'forget' | 'retain', Artifact> & { holdout?: Artifact };

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

/** What a cell asks. */
export interface CellWork {
  task: TaskName;
  model: ModelRef;
  data: TaskData;
  /** Absent of answers, and where there is nothing to judge. */
  judge?: JudgeName;
  maxTokens: number;
  shardSize: number;
  limit?: number;
  decoding?: AskedDecoding;
}

/**
 * One model at one task, by content: whichever runs name it, it is asked once. What takes a judge
 * has a cell for the answers, and one for each judge's verdicts on them.
 */
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
    /** Of verdicts: the cell that is judged. */
    answersId: text('answers_id').references((): AnyPgColumn => evaluationCells.id),
    work: jsonb('work').$type<CellWork>().notNull(),
    traceId: text('trace_id').notNull(),
    /** Spaces of the model and of the files that it was made from. */
    sources: text('sources').array().notNull(),
    /** Whether the queue may still have to be asked or told. */
    isQueued: boolean('is_queued').notNull().default(false),
    /** By content, in its space. */
    report: text('report'),
    figures: jsonb('figures').$type<readonly Figure[]>(),
    error: sealedText('error'),
    storedBytes: bigint('stored_bytes', { mode: 'number' }),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (table) => [
    unique('evaluation_cells_key').on(table.tenantId, table.key),
    index('evaluation_cells_answers').on(table.answersId),
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
    /** Or else it is what the one that is shown there was judged from. */
    isShown: boolean('is_shown').notNull().default(true),
    cellId: text('cell_id')
      .notNull()
      .references(() => evaluationCells.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.place, table.isShown] }),
    index('evaluation_run_cells_cell').on(table.cellId),
  ],
);
