// The stages that a job's flow is made of, each a job of a queue.

import type { EvaluationOptions } from '#contracts/evaluation.js';
import type { JobName, ModelRef, Payload } from '#contracts/jobs.js';
import { type Auditing, scopeOf } from '#contracts/methods/audit.js';
import type { KnowledgeTuning } from '#contracts/methods/knowledge-tuning.js';
import type { Unlearn } from '#contracts/methods/unlearn.js';
import { auditTiers, probesOf, relearns } from '#contracts/probes.js';
import type { Artifact } from '#contracts/spaces.js';
import type { StageName } from '#contracts/stages.js';
import type { JobRow } from '../database/tenant-records.js';

export interface FlowStage<N extends JobName = JobName> {
  readonly stage: StageName;
  /** In the flow, from 0. */
  readonly position: number;
  /** Queue. */
  readonly name: N;
  /** Of the job in its queue: the same flow added twice is one flow. */
  readonly id: string;
  readonly payload: Payload<N>;
}
export type UnplacedStage = Omit<FlowStage, 'position'>;

/** What a flow is made from. */
export type FlowJob = Pick<
  JobRow,
  'id' | 'tenantId' | 'traceId' | 'request' | 'base' | 'adapter' | 'adapterSpace' | 'data'
>;

export const stageId = (jobId: string, stage: StageName): string => `${jobId}-${stage}`;

const stageOf = <N extends JobName>(
  job: FlowJob,
  stage: StageName,
  name: N,
  payload: Payload<N>,
): UnplacedStage => ({ stage, name, id: stageId(job.id, stage), payload });

const ownerOf = ({ tenantId, id, traceId }: FlowJob) => ({ tenantId, jobId: id, traceId });
const modelOf = ({ base, adapter: hash, adapterSpace: space }: FlowJob): ModelRef => ({
  base,
  ...(hash && space ? { adapter: { space, hash } } : {}),
});

/** @throws Error where the job's method has none. */
export function trainingSet({ id, data: { training } }: FlowJob): Artifact {
  if (!training) throw new Error(`expected job ${id} to have a training file`);
  return training;
}

/** @throws Error where the job's method has none. */
function knowledgeVersion({ id, data: { knowledge } }: FlowJob): Artifact {
  if (!knowledge) throw new Error(`expected job ${id} to have a knowledge base`);
  return knowledge.version;
}

/** None where the job is not to be evaluated. */
export function evaluateStage(
  job: FlowJob,
  stage: 'before' | 'after',
  options: EvaluationOptions | undefined,
): UnplacedStage[] {
  const sets = job.data.evaluation;
  if (!options || !sets) return [];
  const { judge, max_tokens: maxTokens, shard_size: shardSize, limit } = options;
  return [
    stageOf(job, stage, 'evaluate', {
      ...ownerOf(job),
      ...sets,
      stage,
      task: 'unlearning',
      model: modelOf(job),
      judge,
      maxTokens,
      shardSize,
      ...(limit === undefined ? {} : { limit }),
    }),
  ];
}

/** None where the job is not to be audited, as jobs of earlier releases are not. */
export function auditStage(
  job: FlowJob,
  { evaluation: options, hyperparameters }: Unlearn['unlearn'],
): UnplacedStage[] {
  const sets = job.data.evaluation;
  const tier = auditTiers.find((one) => one === options.audit);
  if (!tier || !sets) return [];
  return [auditOf(job, { ...options, tier, hyperparameters }, { ...sets, model: modelOf(job) })];
}

/** Of a model that is there already. */
export function auditModelStage(job: FlowJob, options: Auditing['audit']): UnplacedStage {
  const { retain, before } = job.data;
  return auditOf(job, options, {
    forget: trainingSet(job),
    ...(retain ? { retain } : {}),
    ...(before ? { model: before } : {}),
    unlearned: modelOf(job),
  });
}

type AuditOptions = Omit<
  Auditing['audit'],
  'retain_file' | 'holdout_file' | 'reference' | 'before'
>;
type Audited = Pick<Payload<'audit'>, 'forget' | 'retain' | 'model' | 'unlearned'>;

function auditOf(job: FlowJob, options: AuditOptions, audited: Audited): UnplacedStage {
  const { tasks, judge, max_tokens: maxTokens, shard_size: shardSize, limit } = options;
  const tier = scopeOf(options);
  const asked = probesOf(tier, tasks);
  const reference = referenceOf(job);
  const { holdout } = job.data;
  return stageOf(job, 'audit', 'audit', {
    ...ownerOf(job),
    ...audited,
    stage: 'audit',
    tier,
    ...(tasks ? { probes: asked } : {}),
    ...(reference ? { reference } : {}),
    ...(holdout ? { holdout } : {}),
    ...(relearns(asked) ? { hyperparameters: options.hyperparameters } : {}),
    judge,
    maxTokens,
    shardSize,
    ...(limit === undefined ? {} : { limit }),
  });
}

/** For want of a better, the bare base of a tuned model. */
function referenceOf({ data, base, adapter }: FlowJob): Payload<'audit'>['reference'] {
  if (data.reference) return { kind: 'model', model: data.reference };
  return adapter ? { kind: 'base', model: { base } } : undefined;
}

/** @param retains whether there is training on the retain set, which neighbours are to go with. */
export function augmentStage(
  job: FlowJob,
  options: Payload<'augment'>['options'],
  retains: boolean,
): UnplacedStage {
  const { retain } = job.data;
  return stageOf(job, 'augment', 'augment', {
    ...ownerOf(job),
    ...(options.neighbours && retains && retain ? { model: modelOf(job), retain } : {}),
    forget: trainingSet(job),
    seed: job.request.seed,
    options,
  });
}

export const augmentKnowledgeStage = (
  job: FlowJob,
  options: KnowledgeTuning['knowledge_tuning'],
): UnplacedStage =>
  stageOf(job, 'augment', 'augment-knowledge', {
    ...ownerOf(job),
    knowledge: knowledgeVersion(job),
    seed: job.request.seed,
    options: options.augmentation,
    questions: options.evaluation.limit,
    maxLength: options.hyperparameters.max_length,
  });

export const evaluateKnowledgeStage = (
  job: FlowJob,
  options: KnowledgeTuning['knowledge_tuning'],
): UnplacedStage =>
  stageOf(job, 'after', 'evaluate-knowledge', {
    ...ownerOf(job),
    stage: 'after',
    model: modelOf(job),
    knowledge: knowledgeVersion(job),
    seed: job.request.seed,
    options: options.evaluation,
  });

export const trainStage = (
  job: FlowJob,
  training: Pick<
    Payload<'train'>,
    'objective' | 'retainTerms' | 'mask' | 'target' | 'retain' | 'hyperparameters'
  >,
): UnplacedStage =>
  stageOf(job, 'train', 'train', {
    ...ownerOf(job),
    model: modelOf(job),
    seed: job.request.seed,
    ...training,
  });

export const publishStage = (job: FlowJob): UnplacedStage =>
  stageOf(job, 'publish', 'publish', ownerOf(job));
