// What a training run is asked for, and what it tells while it runs.

import type { Choice } from '#contracts/choices/choice.js';
import type { RetainTerm } from '#contracts/objectives/retain-terms.js';
import type { Precision } from '#contracts/precision.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { AdapterFiles, ModelConfig, TensorData, TrainExample } from '#models/types.js';
import type { Device } from '#runtime/compute.js';

/** An answer in place of an example's own: alone, or after a beginning that is given. */
export type Alternate = string | Pick<TrainExample, 'prefix' | 'answer'>;

/**
 * An example that the objective is about, with the answers that a preference objective prefers to
 * its own.
 */
export type TargetExample =
  | (TrainExample & { readonly alternates?: readonly Alternate[] })
  | (EncodedExample & { readonly alternates?: readonly EncodedExample[] });

export interface LoraOptions {
  readonly type: 'lora';
  readonly r: number;
  readonly alpha: number;
  /** Scale by alpha / sqrt(r) in place of alpha / r. */
  readonly rslora?: boolean;
  readonly dropout: number;
  /** Ends of the names of linear layers; default: all of them, except the head. */
  readonly targetModules?: 'all-linear' | readonly string[];
  /** Layers they are in, from 0; default: all. */
  readonly layers?: readonly number[];
  /** Ends of the names of modules that are trained whole, such as embed_tokens and lm_head. */
  readonly modulesToSave?: readonly string[];
}

export interface FullOptions {
  readonly type: 'full';
  /**
   * Whether what makes features of the tower's states is trained with the text. Examples' features
   * are then what it reads (rowsGraph), [n, connectorWidth]. Default: no.
   */
  readonly connector?: boolean;
}

export type Trainable = LoraOptions | FullOptions;

export interface TrainOptions {
  /** A checkpoint that openCheckpoint reads. Either this or `scratch`. */
  readonly modelPath?: string;
  /** Start from random weights of this architecture; examples then come encoded. */
  readonly scratch?: ModelConfig;
  /** Adapter to start from: the model with it is the reference. */
  readonly parentAdapter?: AdapterFiles;
  /**
   * `merge`, the default: it is merged into the weights, and the run trains an adapter of its own,
   * which is added to it. `continue`: its own matrices are trained on; ranks, scalings and targets
   * are then its, not those of `trainable`.
   */
  readonly parent?: 'merge' | 'continue';
  readonly trainable: Trainable;
  /**
   * Of the frozen linear layers; float32 if absent. `float16` (for GPUs, with a scaled loss) and
   * `int8` are for adapters on a base model.
   */
  readonly precision?: Precision;
  readonly objective: Choice;
  readonly retainTerms: readonly RetainTerm[];
  /** Weights of the terms; their defaults are the objective's. */
  readonly targetWeight?: number;
  readonly retainWeight?: number;
  readonly klWeight?: number;
  readonly mask?: Choice;
  /**
   * The examples that the objective is about: to be forgotten (ga, npo) or learned (sft, relearn).
   */
  readonly target: readonly TargetExample[];
  readonly retain: readonly (TrainExample | EncodedExample)[];
  readonly epochs: number;
  /** Default: true, every epoch in an order of its own. */
  readonly shuffle?: boolean;
  readonly maxSteps?: number;
  /**
   * Examples of an optimizer step: batchSize * gradientAccumulation target examples, and as many
   * retain examples.
   */
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  readonly learningRate: number;
  /** Share of all steps in which the learning rate rises from 0; it then falls linearly to 0. */
  readonly warmupRatio: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
  readonly maxLength: number;
  readonly seed: number;
  readonly threads: number;
  /**
   * Absent: cpu. Another device gives slightly other adapters, as another number of threads does.
   */
  readonly device?: Device;
  /** Steps between checkpoints; 0 for none. */
  readonly checkpointSteps: number;
  /**
   * Tokens that go through the graph at a time; absent: what suits the model's size. Bounds memory;
   * changes results by rounding only.
   */
  readonly microBatchTokens?: number;
  /**
   * Whether layers are computed again in the backward pass, to the same bits, in place of keeping
   * what they made. Absent: false.
   */
  readonly recompute?: boolean;
  /**
   * Whether frozen matrices that the checkpoint stores in 16 bits stay so in memory, to the same
   * bits. Absent: where they would not fit otherwise.
   */
  readonly halfWeights?: boolean;
  /**
   * Bytes that the process may use: a run that is expected to need more is refused. Absent: no
   * limit.
   */
  readonly memoryLimit?: number;
  /**
   * Whether several examples may lie in one row of attention, where that costs less than padding.
   * Absent: true. Changes results by rounding, and by other draws of dropout.
   */
  readonly packing?: boolean;
}

export interface TrainProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
  readonly targetLoss: number;
  readonly retainLoss?: number;
  readonly klLoss?: number;
  /** Numbers of the objective's own that the step was taken with, such as PDU's lambda. */
  readonly state?: Readonly<Record<string, number>>;
  /** Examples of all sets whose answers lost their ends to `maxLength`; absent where none did. */
  readonly cutRows?: number;
  /** What the loss is multiplied by for gradients in float16. */
  readonly lossScale?: number;
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly tokensPerSecond: number;
}

export interface TrainHooks {
  readonly signal?: AbortSignal;
  /**
   * Once it aborts the run ends between two passes, with a checkpoint of its last whole step, and
   * rejects with its reason.
   */
  readonly leaving?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Training goes on when the promise is fulfilled. */
  readonly onCheckpoint?: (checkpoint: {
    readonly step: number;
    readonly bytes: Uint8Array;
  }) => Promise<void>;
  readonly resumeFrom?: Uint8Array;
}

export interface TrainSummary {
  readonly steps: number;
  readonly finalLoss: number;
  /** Real tokens that went through the model, padding left out. */
  readonly tokens: number;
  readonly seconds: number;
}

/** `adapter` where LoRA was trained, `weights` where the whole model was. */
export type TrainResult = TrainSummary & Trained;

/** An adapter that fits the base model, or every weight. */
export type Trained =
  | { readonly adapter: AdapterFiles; readonly weights?: undefined }
  | { readonly adapter?: undefined; readonly weights: Map<string, TensorData> };
