// What a request may ask of training, augmentation and evaluation: ranges, defaults and their
// meaning.
import { z } from 'zod';
import { choiceSchema } from './choices/choice.js';
import { retainTerms } from './objectives/retain-terms.js';

export const judges = ['lexical', 'nli', 'llm'] as const;
export const teachers = ['rules', 'openai'] as const;

/** The end of a module's name, such as q_proj or mlp.up_proj. */
const moduleEnd = z.string().regex(/^[A-Za-z0-9_.]{1,200}$/, "must be the end of a module's name");

/** What only low-rank training takes, with the value that asks for nothing. */
const loraOnly = {
  lora_targets: 'all-linear',
  lora_layers: undefined,
  use_rslora: false,
  modules_to_save: undefined,
  parent_adapter: 'merge',
} as const;
/** What an adapter that is trained on decides itself. */
const ofItsOwn = ['lora_targets', 'lora_layers', 'use_rslora'] as const;

/**
 * Training hyperparameters; defaults are ReLearn's paper values except the learning rate, set for
 * small models.
 */
const hyperparameterFields = z.strictObject({
  n_epochs: z.number().int().min(1).max(200).default(3),
  max_steps: z.number().int().min(1).max(1_000_000).optional(),
  batch_size: z.number().int().min(1).max(256).default(4),
  gradient_accumulation: z.number().int().min(1).max(256).default(1),
  learning_rate: z.number().positive().max(1).default(1e-4),
  warmup_ratio: z.number().min(0).max(1).default(0.1),
  weight_decay: z.number().min(0).max(1).default(0.01),
  max_grad_norm: z.number().positive().max(1e6).default(1),
  max_length: z.number().int().min(8).max(8192).default(512),
  lora_r: z.number().int().min(1).max(256).default(8),
  lora_alpha: z.number().positive().max(1024).default(16),
  lora_dropout: z.number().min(0).max(0.9).default(0.1),
  /** Low-rank changes of linear layers, or every weight (small models). */
  trainable: z.enum(['lora', 'full']).default('lora'),
  /** Linear layers by the ends of their names; all of them without the head. */
  lora_targets: z
    .union([z.literal('all-linear'), z.array(moduleEnd).min(1).max(200)])
    .default('all-linear'),
  /** Layers they are in, from 0; default: all. */
  lora_layers: z.array(z.number().int().min(0)).min(1).max(1000).optional(),
  /** Scale by alpha / sqrt(r) in place of alpha / r. */
  use_rslora: z.boolean().default(false),
  /** Modules trained whole, by the ends of their names: embed_tokens, lm_head ... */
  modules_to_save: z.array(moduleEnd).min(1).max(20).optional(),
  /**
   * Starting from a tuned model: merge its adapter and train one on top, or train its own matrices
   * on (rank, alpha and targets are then its).
   */
  parent_adapter: z.enum(['merge', 'continue']).default('merge'),
  /**
   * Numbers that the frozen base model computes with, such as int8; which there are is the engine's
   * to say. Default: the training worker's.
   */
  precision: z.string().min(1).optional(),
  /**
   * Compute layers again in the backward pass: less memory, more time, the same bytes. Default: the
   * training worker's.
   */
  recompute: z.boolean().optional(),
  /** The older way to say {"type": "npo", "beta": ...}. */
  npo_beta: z.number().positive().max(100).optional(),
  /** Weights of the loss's terms; the objective knows their defaults, most often 1. */
  forget_weight: z.number().min(0).max(100).optional(),
  retain_weight: z.number().min(0).max(100).optional(),
  kl_weight: z.number().min(0).max(100).optional(),
});
export const hyperparametersSchema = hyperparameterFields.superRefine((given, context) => {
  const isGiven = (field: keyof typeof loraOnly): boolean => given[field] !== loraOnly[field];
  const refuse = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  for (const field of Object.keys(loraOnly) as (keyof typeof loraOnly)[]) {
    if (given.trainable === 'full' && isGiven(field))
      refuse(field, 'goes with trainable "lora": "full" trains every weight');
  }
  for (const field of ofItsOwn) {
    if (given.parent_adapter === 'continue' && isGiven(field))
      refuse(field, 'is that of the adapter which parent_adapter "continue" trains on');
  }
});
export type Hyperparameters = z.infer<typeof hyperparametersSchema>;

/** Augmentation of the forget set, as in ReLearn; only objectives on augmented rows use it. */
export const augmentationSchema = z.strictObject({
  teacher: z.enum(teachers).default('rules'),
  /** Question variants beside the original: rephrased, specific, noisy, reversed. */
  variants: z.number().int().min(0).max(4).default(4),
  /** Safe answers sampled per question. */
  answers: z.number().int().min(1).max(8).default(1),
  rounds: z.number().int().min(1).max(10).default(3),
  completion: z.boolean().default(true),
  /** Generic question-answer rows mixed in, as a multiple of the augmented rows. */
  generic_ratio: z.number().min(0).max(10).default(1.2),
  language: z.enum(['en', 'any']).default('en'),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

/** How the result is judged. Files default to the forget and retain sets themselves. */
export const evaluationSchema = z.strictObject({
  forget_file: z.string().optional(),
  retain_file: z.string().optional(),
  judge: z.enum(judges).default('lexical'),
  max_tokens: z.number().int().min(1).max(2048).default(64),
  /** Upper bound of questions judged per set; the first ones are taken. */
  limit: z.number().int().min(1).max(100_000).optional(),
  shard_size: z.number().int().min(1).max(1000).default(32),
});
export type EvaluationOptions = z.infer<typeof evaluationSchema>;

export const unlearnSchema = z.strictObject({
  objective: choiceSchema.default('relearn'),
  /** Default: the objective's. */
  retain_terms: z.array(z.enum(retainTerms)).max(2).optional(),
  /** Which parameters a step may change: {"type": "sure"}, {"type": "memflex"}. Default: all. */
  mask: choiceSchema.optional(),
  retain_file: z.string(),
  hyperparameters: hyperparametersSchema.prefault({}),
  augmentation: augmentationSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
});
export type Unlearn = z.infer<typeof unlearnSchema>;

export const supervisedSchema = z.strictObject({
  hyperparameters: hyperparametersSchema.prefault({}),
  /** Present: evaluate before and after; both files are then needed. */
  evaluation: evaluationSchema.optional(),
});
export type Supervised = z.infer<typeof supervisedSchema>;

/**
 * Body of POST /v1/fine_tuning/jobs. `training_file` is the forget set of an unlearning request.
 */
export const createJobSchemaOf = <U extends z.ZodType, S extends z.ZodType>(
  unlearn: U,
  supervised: S,
) =>
  z.object({
    model: z.string().min(1),
    training_file: z.string().min(1),
    suffix: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/i, 'must be 1 to 64 letters, digits or hyphens')
      .optional(),
    seed: z.number().int().min(0).max(0xffffffff).default(0),
    metadata: z.record(z.string(), z.string()).optional(),
    method: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('unlearn'), unlearn }),
        z.strictObject({
          type: z.literal('supervised'),
          supervised: supervised.prefault({} as never),
        }),
      ])
      .prefault({ type: 'supervised', supervised: {} } as never),
  });
export const createJobSchema = createJobSchemaOf(unlearnSchema, supervisedSchema);
export type CreateJob = z.infer<typeof createJobSchema>;
