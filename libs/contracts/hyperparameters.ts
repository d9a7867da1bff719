// What a request may ask of training.

import { z } from 'zod';
import { precisions } from './precision.js';

/** The end of a module's name, such as q_proj or mlp.up_proj. */
const moduleEnd = z.string().regex(/^[A-Za-z0-9_.]{1,200}$/, "must be the end of a module's name");

/** The same, or a whole name with `*` for the numbers of all layers. */
const layerName = z
  .string()
  .regex(
    /^[A-Za-z0-9_.]+(\.\*\.[A-Za-z0-9_.]+)?$/,
    "must be the end of a layer's name, or its whole name with * for a layer's number",
  )
  .max(200);

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
const fields = z.strictObject({
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
    .union([z.literal('all-linear'), z.array(layerName).min(1).max(200)])
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
  /** Numbers that the frozen base model computes with. Default: the training worker's. */
  precision: z.enum(precisions).optional(),
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
export const hyperparametersSchema = fields.superRefine((given, context) => {
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
  const { precision } = given;
  if (precision === undefined || precision === 'float32') return;
  if (given.trainable === 'full')
    refuse(
      'precision',
      `"${precision}" goes with trainable "lora": weights that are trained need float32`,
    );
  if (given.parent_adapter === 'continue')
    refuse('precision', `"${precision}" goes with parent_adapter "merge"`);
});
/** Those that are no text of the request: all but names of modules. */
export const plainHyperparameters = fields.omit({ lora_targets: true, modules_to_save: true });
export type Hyperparameters = z.infer<typeof hyperparametersSchema>;
