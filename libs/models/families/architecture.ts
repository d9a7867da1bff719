// What a model family is to the engine: its configuration, its blocks as a graph, and its head. One
// file of families/ each; everything else (adapters, caches, training, serving) is written
// against these types.

import type { Value } from '#onnx/types.js';
import type { HeadSpec } from '../layers/head-spec.js';
import type { Pass } from '../layers/pass.js';
import type { ResidualStream } from '../layers/residual-stream.js';
import type { ModelConfig } from '../types.js';

export interface Architecture<C extends ModelConfig = ModelConfig> {
  readonly modelType: string;
  /**
   * Every published name of a tensor begins with it, or none does: GPT-2's "transformer.". Ours
   * always do.
   */
  readonly prefix?: string;
  /** Tensors that its checkpoints are known to carry and no pass reads. */
  readonly unused?: RegExp;
  /** Norms multiply by 1 + weight, so that a weight of 0 leaves a vector's direction as it is. */
  readonly offsetNorms?: boolean;
  /**
   * @throws CheckpointError naming the key, its value and what was expected.
   * @param path of config.json, for messages.
   */
  parse(path: string, json: unknown): C;
  /**
   * The residual stream of ids [N], [N, hidden] at each place. None is normalised.
   */
  hiddenStates(pass: Pass, config: C, ids: Value): ResidualStream;
  /** What comes between the last residual stream and the head. */
  finalNorm(pass: Pass, config: C, hidden: Value): Value;
  head(config: C): HeadSpec;
}
