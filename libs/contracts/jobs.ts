// The job catalog: every queue, its payload and its policy in one place. Payloads carry ids, hashes
// and numbers, never a tenant's text.

import { z } from 'zod';
import { auditRoles } from './audit.js';
import { augmentationSchema } from './augmentation.js';
import { choiceSchema } from './choices/choice.js';
import { askedDecodingSchema } from './decoding.js';
import { groundingSettingsSchema } from './grounding.js';
import { hashSchema } from './hash.js';
import { hyperparametersSchema } from './hyperparameters.js';
import { idSchema } from './id.js';
import { judges, ratingJudges } from './judges.js';
import { knowledgeAugmentationSchema } from './knowledge-augmentation.js';
import { knowledgeEvaluationSchema } from './knowledge-evaluation.js';
import { questionUses } from './knowledge-questions.js';
import { droppedSchema } from './knowledge-tuning-set.js';
import { retainTerms } from './objectives/retain-terms.js';
import { auditScopes, probeNames } from './probes.js';
import { artifactSchema } from './spaces.js';
import { stageNames } from './stages.js';
import { tasks } from './tasks.js';

/** A base model's name and, for a tuned model, its adapter's bundle. */
const modelRefSchema = z.strictObject({
  base: z.string().min(1),
  adapter: artifactSchema.optional(),
  /** Which replica of inference is to have the adapter in memory, modulo their number. */
  home: z.number().int().nonnegative().optional(),
});
export type ModelRef = z.infer<typeof modelRefSchema>;

/** Who a job belongs to; every payload has it, and logs and traces take their ids from it. */
const owner = { tenantId: idSchema, jobId: idSchema, traceId: z.string().max(64) };

/** `cell`: of an evaluation run, which is no stage of a job's. */
const evaluationStage = z.enum(['before', 'after', 'cell']);

/** Jobs that were queued before there was a choice have none. */
const task = z.enum(tasks).default('unlearning');

/** Absent where there is nothing to judge. */
const judge = z.enum(judges).optional();

const evaluatePayload = z.strictObject({
  ...owner,
  stage: evaluationStage,
  task,
  /** For `after` the adapter is the one that `train` left. */
  model: modelRefSchema,
  forget: artifactSchema,
  retain: artifactSchema,
  /** Questions that no model was taught. */
  holdout: artifactSchema.optional(),
  judge,
  maxTokens: z.number().int().positive(),
  shardSize: z.number().int().positive(),
  limit: z.number().int().positive().optional(),
  decoding: askedDecodingSchema.optional(),
});

const evaluateShardPayload = z.strictObject({
  ...owner,
  stage: evaluationStage,
  task,
  model: modelRefSchema,
  set: z.enum(['forget', 'retain', 'holdout']),
  data: artifactSchema,
  /** Set whose answers may stand beside a probe's question. */
  retain: artifactSchema.optional(),
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  judge,
  maxTokens: z.number().int().positive(),
  /** How many the stage has, this one among them. Shards that release 0.1 queued do not say. */
  shards: z.number().int().positive().optional(),
  decoding: askedDecodingSchema.optional(),
});

const judgePayload = z.strictObject({
  ...owner,
  stage: z.literal('cell'),
  task: z.enum(tasks),
  /** Space of the cell whose answers they are. */
  answers: idSchema,
  judge: z.enum(judges),
  shardSize: z.number().int().positive(),
});

const judgeShardPayload = z.strictObject({
  ...owner,
  stage: z.literal('cell'),
  task: z.enum(tasks),
  /** The manifest of the cell whose answers they are. */
  answers: artifactSchema,
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  judge: z.enum(judges),
  /** How many the cell has, this one among them. */
  shards: z.number().int().positive(),
});

const auditStage = z.literal('audit');

const auditPayload = z.strictObject({
  ...owner,
  stage: auditStage,
  tier: z.enum(auditScopes),
  /** Where the request names them. */
  probes: z.array(z.enum(probeNames)).min(1).optional(),
  /** The one that unlearning began from. Unknown of a model that the job did not train. */
  model: modelRefSchema.optional(),
  /** Absent: what `train` left on the base of the one before. */
  unlearned: modelRefSchema.optional(),
  /** A model that never saw the forget set; `base`: the bare one, for want of a better. */
  reference: z.strictObject({ kind: z.enum(['model', 'base']), model: modelRefSchema }).optional(),
  /** The job's own, where one of the probes relearns. */
  hyperparameters: hyperparametersSchema.optional(),
  forget: artifactSchema,
  /** Questions that no model was taught. */
  holdout: artifactSchema.optional(),
  retain: artifactSchema.optional(),
  judge: z.enum(judges),
  maxTokens: z.number().int().positive(),
  shardSize: z.number().int().positive(),
  limit: z.number().int().positive().optional(),
});

const auditAheadPayload = auditPayload.extend({
  /** The audit that these questions are for, by its id in its queue. */
  auditId: z.string().min(1),
});

const auditShardPayload = z.strictObject({
  ...owner,
  stage: auditStage,
  role: z.enum(auditRoles),
  model: modelRefSchema,
  /** The one before, where a probe puts states of the other into it. */
  before: modelRefSchema.optional(),
  probes: z.array(z.enum(probeNames)).min(1),
  /** The set that these probes ask about. */
  data: artifactSchema,
  retain: artifactSchema.optional(),
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  judge: z.enum(judges),
  maxTokens: z.number().int().positive(),
  /** How many the stage has, this one among them. */
  shards: z.number().int().positive(),
});

const augmentPayload = z.strictObject({
  ...owner,
  /** Both absent: no neighbours are asked. */
  model: modelRefSchema.optional(),
  retain: artifactSchema.optional(),
  forget: artifactSchema,
  seed: z.number().int().nonnegative(),
  options: augmentationSchema,
});

const augmentKnowledgePayload = z.strictObject({
  ...owner,
  /** The version of the base that the job holds. */
  knowledge: artifactSchema,
  seed: z.number().int().nonnegative(),
  options: knowledgeAugmentationSchema,
  /** Of each split of the evaluation. */
  questions: z.number().int().positive(),
  /** Tokens of a row. */
  maxLength: z.number().int().positive(),
});

/** Asks the model that `train` left the questions that `augment` left. */
const evaluateKnowledgePayload = z.strictObject({
  ...owner,
  stage: z.literal('after'),
  /** The one that tuning begins from: what it knows with its book closed is compared. */
  model: modelRefSchema,
  knowledge: artifactSchema,
  seed: z.number().int().nonnegative(),
  options: knowledgeEvaluationSchema,
});

const evaluateKnowledgeShardPayload = z.strictObject({
  ...owner,
  stage: z.literal('after'),
  model: modelRefSchema,
  /** Present: asked with its book closed, as the other one is. */
  untuned: modelRefSchema.optional(),
  knowledge: artifactSchema,
  questions: artifactSchema,
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  /** Of the stretch, those are asked that are of this use. */
  use: z.enum(questionUses),
  /** Each question is asked with each of them. */
  settings: z.array(groundingSettingsSchema).min(1),
  /** Rates the answers; absent, nobody does. */
  judge: z.enum(ratingJudges).optional(),
  maxTokens: z.number().int().positive(),
  /** How many are asked at once, this one among them. */
  shards: z.number().int().positive(),
});

const trainPayload = z.strictObject({
  ...owner,
  model: modelRefSchema,
  objective: choiceSchema,
  retainTerms: z.array(z.enum(retainTerms)),
  mask: choiceSchema.optional(),
  /**
   * The forget set, or the set to learn; absent where what `augment` left is all it takes.
   */
  target: artifactSchema.optional(),
  retain: artifactSchema.optional(),
  seed: z.number().int().nonnegative(),
  hyperparameters: hyperparametersSchema,
  /**
   * Whether the adapter is asked and thrown away: it is left in the job's working space, and is not
   * what the job came to.
   */
  temporary: z.boolean().optional(),
});

const publishPayload = z.strictObject({ ...owner });

const seconds = (n: number) => n * 1000;
const hours = (n: number) => seconds(3600 * n);

interface Entry<S extends z.ZodType> {
  readonly payload: S;
  /** Tries in all, before the job and its flow fail. */
  readonly attempts: number;
  /** First delay between tries in ms; doubles each time. */
  readonly backoff: number;
  /** Longest one try may take, in ms. */
  readonly timeout: number;
  /** Jobs of this kind one worker process runs at a time. */
  readonly concurrency: number;
}

const entry = <S extends z.ZodType>(e: Entry<S>): Entry<S> => Object.freeze(e);

export const catalog = {
  evaluate: entry({
    payload: evaluatePayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: seconds(120),
    concurrency: 4,
  }),
  'evaluate-shard': entry({
    payload: evaluateShardPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: hours(1),
    concurrency: 2,
  }),
  judge: entry({
    payload: judgePayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: seconds(120),
    concurrency: 4,
  }),
  'judge-shard': entry({
    payload: judgeShardPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: hours(1),
    concurrency: 2,
  }),
  audit: entry({
    payload: auditPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: seconds(300),
    concurrency: 4,
  }),
  'audit-ahead': entry({
    payload: auditAheadPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: seconds(120),
    concurrency: 4,
  }),
  'audit-shard': entry({
    payload: auditShardPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: hours(1),
    concurrency: 2,
  }),
  augment: entry({
    payload: augmentPayload,
    attempts: 5,
    backoff: seconds(2),
    timeout: hours(6),
    concurrency: 2,
  }),
  'augment-knowledge': entry({
    payload: augmentKnowledgePayload,
    attempts: 5,
    backoff: seconds(2),
    timeout: hours(6),
    concurrency: 1,
  }),
  'evaluate-knowledge': entry({
    payload: evaluateKnowledgePayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: hours(1),
    concurrency: 2,
  }),
  'evaluate-knowledge-shard': entry({
    payload: evaluateKnowledgeShardPayload,
    attempts: 10,
    backoff: seconds(1),
    timeout: hours(1),
    concurrency: 2,
  }),
  train: entry({
    payload: trainPayload,
    attempts: 5,
    backoff: seconds(2),
    timeout: hours(48),
    concurrency: 1,
  }),
  publish: entry({
    payload: publishPayload,
    attempts: 20,
    backoff: seconds(1),
    timeout: seconds(60),
    concurrency: 4,
  }),
} as const;

export type JobName = keyof typeof catalog;
export type Payload<N extends JobName> = z.infer<(typeof catalog)[N]['payload']>;

/**
 * What stages leave: a ref of this name in the job's space. The adapter's points into the model's.
 * A stage whose ref exists has nothing left to do.
 */
export type StageRef =
  | 'before'
  | 'augmented'
  | 'questions'
  | 'adapter'
  | 'after'
  | 'knowledge'
  | 'audit'
  | 'cell';

/** What `augment` returns: its set, and how much of what was asked for it lacks. */
export const augmentResultSchema = z.object({
  augmented: hashSchema,
  rows: z.number().int(),
  leaked: z.number().int(),
  language: z.number().int(),
  empty: z.number().int(),
  /** Answers of the forget set for which no row was kept, and the lines of the first of them. */
  lost: z.number().int(),
  lostLines: z.string(),
  /** Rows to retain that the model wrote. */
  neighbours: z.number().int().default(0),
});
export type AugmentResult = z.infer<typeof augmentResultSchema>;

/** What `augment` returns where a knowledge base is augmented. */
export const augmentKnowledgeResultSchema = z.object({
  augmented: hashSchema,
  questions: hashSchema,
  /** Of the tuning set. */
  rows: z.number().int(),
  ...droppedSchema.shape,
});
export type AugmentKnowledgeResult = z.infer<typeof augmentKnowledgeResultSchema>;

/** What a worker reports while it works. Numbers only: it travels through Redis. */
export const progressSchema = z.object({
  stage: z.enum([...stageNames, 'cell']),
  done: z.number().int().nonnegative(),
  total: z.number().int().positive(),
  metrics: z.record(z.string(), z.number()).optional(),
});
export type Progress = z.infer<typeof progressSchema>;
