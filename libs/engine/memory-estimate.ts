// What a run will need in memory, before it starts: weights and what is trained by counting, a step by walking over its graph.
import { traceOf } from '#models/trace.js';
import type { ModelConfig } from '#models/types.js';
import { sizeOf } from '#onnx/graph.js';
import { UNITS } from './sides.js';
import { POSITIONS } from './model-view.js';
import { buildStepGraph, type StepShape } from './step-graph.js';

/** Bytes. */
export interface MemoryEstimate {
  readonly weights: number;
  /** What is trained: its values, two moments, and gradients as the graph returns them and as they are summed. */
  readonly trained: number;
  /** Largest sum of values that a step has at once. */
  readonly step: number;
  /** Node, onnxruntime and their code. */
  readonly runtime: number;
  readonly total: number;
}

export interface RunSize {
  /** Rows of a run of the graph, and tokens of each, padding included. */
  readonly rows: number;
  readonly length: number;
  /** Positions whose logits are computed. */
  readonly positions: number;
}

const RUNTIME = 140e6;
const COPIES_OF_TRAINED = 5;
/** Of onnxruntime's allocator, over what is in use. */
const SLACK = 1.1;

const elements = (tensors: Iterable<readonly number[]>): number => [...tensors].reduce((sum, dims) => sum + sizeOf(dims), 0);

export function weightBytes(config: ModelConfig, whole: readonly string[], halfWeights: boolean): number {
  return [...traceOf(config).tensors].reduce((sum, [name, dims]) => {
    const isHalf = halfWeights && dims.length > 1 && !whole.includes(name);
    return sum + (whole.includes(name) ? 4 : isHalf ? 2 : 4) * sizeOf(dims);
  }, 0);
}

export function estimateTraining(shape: StepShape, halfWeights: boolean, { rows, length, positions }: RunSize): MemoryEstimate {
  const { config, whole = [] } = shape;
  const { graph, parameters } = buildStepGraph(shape);
  const groups = config.numAttentionHeads / config.numKeyValueHeads;
  const sizes = { batch: rows, length, tokens: rows * length, grouped: length * groups, masks: rows, [POSITIONS]: positions, [UNITS]: rows };
  // The widest matrix is widened where it is used.
  const widened = halfWeights ? 4 * Math.max(...[...traceOf(config).tensors.values()].map((dims) => sizeOf(dims))) : 0;
  const weights = weightBytes(config, whole, halfWeights);
  const trained = 4 * COPIES_OF_TRAINED * elements(parameters.map(({ value }) => value.dims as number[]));
  const step = Math.round(SLACK * (graph.peakBytes(sizes) + widened));
  return { weights, trained, step, runtime: RUNTIME, total: weights + trained + step + RUNTIME };
}

const CACHE_BYTES = 4;
/** Weights, a cache of keys and values for every row, and a prompt's logits. @param rows answered at once. */
export function estimateServing(config: ModelConfig, halfWeights: boolean, { rows, length }: Pick<RunSize, 'rows' | 'length'>): MemoryEstimate {
  const weights = weightBytes(config, [], halfWeights);
  const cache = 2 * CACHE_BYTES * rows * length * config.numHiddenLayers * config.numKeyValueHeads * config.headDim;
  const step = cache + 4 * (rows + 1) * config.vocabSize + 4 * length * length * config.numAttentionHeads;
  return { weights, trained: 0, step, runtime: RUNTIME, total: weights + step + RUNTIME };
}
