// Jobs, events and checkpoints as clients see them: OpenAI's objects, and where each stage stands.

import { z } from 'zod';
import { reportSchema } from '#contracts/artifacts.js';
import { auditSchema } from '#contracts/audit.js';
import { knowledgeReportSchema } from '#contracts/knowledge-report.js';
import { methodSchema } from '#contracts/methods/index.js';
import { stageNames } from '#contracts/stages.js';
import { jobStatuses } from '../database/schema.js';
import type { StageRow } from '../database/tenant-records.js';
import { unixSeconds } from '../http/page.js';
import type { ToldEvent, ToldJob } from './job-words.js';
import { jobMethods } from './methods/index.js';

const stageSchema = z.object({
  name: z.enum(stageNames),
  status: z.enum(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']),
  done: z.number().int(),
  total: z.number().int(),
  metrics: z.record(z.string(), z.number()).optional(),
  started_at: z.number().optional(),
  finished_at: z.number().optional(),
});

export const jobSchema = z.object({
  id: z.string(),
  object: z.literal('fine_tuning.job'),
  created_at: z.number().int(),
  finished_at: z.number().int().nullable(),
  status: z.enum(jobStatuses),
  model: z.string(),
  fine_tuned_model: z.string().nullable(),
  organization_id: z.string(),
  training_file: z.string().nullable().describe('Null where the method trains on something else.'),
  validation_file: z.null(),
  result_files: z.array(z.string()),
  trained_tokens: z.number().int().nullable(),
  error: z
    .object({ code: z.string(), message: z.string(), param: z.string().nullable() })
    .nullable(),
  hyperparameters: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  estimated_finish: z.number().int().nullable(),
  integrations: z.array(z.unknown()),
  metadata: z.record(z.string(), z.string()),
  user_provided_suffix: z.string().nullable(),
  method: methodSchema,
  stages: z.array(stageSchema),
});
export type JobObject = z.infer<typeof jobSchema>;

export const eventSchema = z.object({
  id: z.string(),
  object: z.literal('fine_tuning.job.event'),
  created_at: z.number().int(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  type: z.enum(['message', 'metrics']),
  data: z.record(z.string(), z.unknown()),
});

export const checkpointSchema = z.object({
  id: z.string(),
  object: z.literal('fine_tuning.job.checkpoint'),
  created_at: z.number().int(),
  fine_tuned_model_checkpoint: z.string(),
  fine_tuning_job_id: z.string(),
  step_number: z.number().int(),
  metrics: z.record(z.string(), z.number()),
});

export const jobReportSchema = z.object({
  object: z.literal('fine_tuning.job.report'),
  job_id: z.string(),
  model: z.string().nullable(),
  before: reportSchema.optional(),
  after: reportSchema.optional(),
  knowledge: knowledgeReportSchema.optional(),
  audit: auditSchema.optional(),
  seconds: z.record(z.string(), z.number()).describe('How long each finished stage took.'),
});

export function toJob(row: ToldJob, stages: StageRow[]): JobObject {
  const { request } = row;
  const { method } = request;
  return {
    id: row.id,
    object: 'fine_tuning.job',
    created_at: unixSeconds(row.createdAt),
    finished_at: row.finishedAt && unixSeconds(row.finishedAt),
    status: row.status,
    model: request.model,
    fine_tuned_model: row.fineTunedModel,
    organization_id: row.tenantId,
    training_file: request.training_file ?? null,
    validation_file: null,
    result_files: [],
    trained_tokens: row.trainedTokens,
    error: row.error,
    hyperparameters: jobMethods[method.type].hyperparameters(method),
    seed: request.seed,
    estimated_finish: null,
    integrations: [],
    metadata: request.metadata ?? {},
    user_provided_suffix: request.suffix ?? null,
    method,
    stages: stages.toSorted((a, b) => a.position - b.position).map((stage) => toStage(stage, row)),
  };
}

const seconds = (date: Date): number => date.getTime() / 1000;

function toStage(stage: StageRow, job: ToldJob): z.infer<typeof stageSchema> {
  return {
    name: stage.stage,
    status: stageStatus(stage, job),
    done: stage.done,
    total: stage.total,
    ...(stage.metrics ? { metrics: stage.metrics } : {}),
    ...(stage.startedAt ? { started_at: seconds(stage.startedAt) } : {}),
    ...(stage.finishedAt ? { finished_at: seconds(stage.finishedAt) } : {}),
  };
}

/** A stage that the job's end left open has no end of its own. */
function stageStatus(stage: StageRow, job: ToldJob): z.infer<typeof stageSchema>['status'] {
  if (job.finishedAt === null) return stage.status;
  if (stage.status === 'pending') return 'skipped';
  return stage.status === 'running' ? 'cancelled' : stage.status;
}

export const toEvent = (row: ToldEvent): z.infer<typeof eventSchema> => ({
  id: row.id,
  object: 'fine_tuning.job.event',
  created_at: unixSeconds(row.createdAt),
  level: row.level,
  message: row.message,
  type: row.type,
  data: row.data ?? {},
});
