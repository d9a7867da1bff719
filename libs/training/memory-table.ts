// The memory that training and serving a model take, in the forms its weights may have. Needs no
// onnxruntime.

import { chooseObjective } from '#contracts/objectives/index.js';
import { linearKinds } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import {
  estimateServing,
  estimateTraining,
  type MemoryEstimate,
  type PassSize,
} from './run/memory-estimate.js';

export interface MemoryRow {
  readonly weights: 'float32' | '16 bits' | 'int8';
  /** LoRA r=8 on all linear layers, a loss on every token. */
  readonly training: MemoryEstimate;
  /** The same with layers computed again in the backward pass. */
  readonly recomputed: MemoryEstimate;
  /** Absent where models are not served so. */
  readonly serving?: MemoryEstimate;
}

export function memoryTable(
  config: ModelConfig,
  storesHalves: boolean,
  { rows, length }: Pick<PassSize, 'rows' | 'length'>,
): MemoryRow[] {
  const goal = {
    objective: chooseObjective('sft'),
    retainTerms: [],
    targetWeight: 1,
    retainWeights: { gdr: 1, klr: 1 },
    seed: 0,
  };
  const shape = {
    config,
    maxLength: length,
    lora: { r: 8, alpha: 16, dropout: 0.05, targetModules: linearKinds(config) },
    goal,
  };
  const pass = { tokens: rows * length, rows, length, positions: rows * length };
  const forms: readonly MemoryRow['weights'][] = storesHalves
    ? ['float32', '16 bits', 'int8']
    : ['float32', 'int8'];
  return forms.map((weights) => {
    const [halfWeights, precision] = [
      weights === '16 bits',
      weights === 'int8' ? 'int8' : 'float32',
    ] as const;
    const training = (recompute: boolean): MemoryEstimate =>
      estimateTraining({ shape: { ...shape, precision, recompute }, halfWeights }, () => pass);
    const serving =
      precision === 'int8' ? {} : { serving: estimateServing(config, halfWeights, pass) };
    return { weights, training: training(false), recomputed: training(true), ...serving };
  });
}
