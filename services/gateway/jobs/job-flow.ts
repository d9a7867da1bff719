// The flow of queue jobs behind one fine-tuning job: a chain, each stage after the one before it.
import type { JobName, ModelRef, Payload } from '#contracts/jobs.js';
import { objectives } from '#contracts/objectives/index.js';
import type { EvaluationOptions, Hyperparameters } from '#contracts/unlearning.js';
import type { StageName } from '../database/schema.js';
import type { JobRow } from '../database/tenant-records.js';
import type { CreateJob } from './job-request.js';

export interface FlowStage<N extends JobName = JobName> {
  stage: StageName;
  /** In the flow, from 0. */
  position: number;
  /** Queue. */
  name: N;
  /** Of the job in its queue: the same flow added twice is one flow. */
  id: string;
  payload: Payload<N>;
}

type FlowJob = Pick<
  JobRow,
  'id' | 'tenantId' | 'traceId' | 'request' | 'base' | 'adapter' | 'data'
>;

type Unplaced = Omit<FlowStage, 'position'>;
type Owned<N extends JobName> = Omit<Payload<N>, 'tenantId' | 'jobId' | 'traceId'>;

export const stageId = (jobId: string, stage: StageName): string => `${jobId}-${stage}`;

/** The stages of a job in the order they run; publish is the last and the root of the flow. */
export function flowStages(job: FlowJob): FlowStage[] {
  const owner = { tenantId: job.tenantId, jobId: job.id, traceId: job.traceId };
  const model: ModelRef = { base: job.base, ...(job.adapter ? { adapter: job.adapter } : {}) };
  const stage = <N extends JobName>(
    stageName: StageName,
    name: N,
    payload: Payload<N>,
  ): Unplaced => ({
    stage: stageName,
    name,
    id: stageId(job.id, stageName),
    payload,
  });
  const evaluate = (when: 'before' | 'after'): Unplaced[] => {
    const options = evaluationOf(job.request);
    const sets = job.data.evaluation;
    if (!options || !sets) return [];
    return [
      stage(when, 'evaluate', {
        ...owner,
        ...sets,
        stage: when,
        model,
        judge: options.judge,
        maxTokens: options.max_tokens,
        shardSize: options.shard_size,
        ...(options.limit === undefined ? {} : { limit: options.limit }),
      }),
    ];
  };
  const stages = [
    ...evaluate('before'),
    ...augmentStage(job, (payload) => stage('augment', 'augment', { ...owner, ...payload })),
    stage('train', 'train', { ...owner, model, ...trainingOf(job) }),
    ...evaluate('after'),
    stage('publish', 'publish', owner),
  ];
  return stages.map((one, position) => ({ ...one, position }));
}

function augmentStage(job: FlowJob, make: (payload: Owned<'augment'>) => Unplaced): Unplaced[] {
  const { method } = job.request;
  if (method.type !== 'unlearn' || objectives[method.unlearn.objective.type].rows !== 'augmented')
    return [];
  return [
    make({
      forget: job.data.training,
      seed: job.request.seed,
      options: method.unlearn.augmentation,
    }),
  ];
}

function trainingOf(job: FlowJob): Omit<Owned<'train'>, 'model'> {
  const { method, seed } = job.request;
  if (method.type === 'supervised') {
    return {
      objective: 'sft',
      retainTerms: [],
      forget: job.data.training,
      seed,
      hyperparameters: method.supervised.hyperparameters,
    };
  }
  const { objective, retain_terms: terms, mask, hyperparameters } = method.unlearn;
  const { rows, alternate, ownRetainLoss } = objectives[objective.type];
  return {
    objective,
    retainTerms: terms,
    ...(mask ? { mask } : {}),
    // What augment leaves stands for the forget set, unless its answers are set against those to
    // forget.
    ...(rows === 'augmented' && alternate !== 'augmented' ? {} : { forget: job.data.training }),
    ...((terms.length > 0 || ownRetainLoss) && job.data.retain ? { retain: job.data.retain } : {}),
    seed,
    hyperparameters,
  };
}

export function evaluationOf(request: CreateJob): EvaluationOptions | undefined {
  return request.method.type === 'unlearn'
    ? request.method.unlearn.evaluation
    : request.method.supervised.evaluation;
}

export function hyperparametersOf(request: CreateJob): Hyperparameters {
  return request.method.type === 'unlearn'
    ? request.method.unlearn.hyperparameters
    : request.method.supervised.hyperparameters;
}
