// What a run will need in memory, before it starts: weights and what is trained by counting, a step
// by walking over its graph.

import { required } from '#collections/required.js';
import { sequenceSizes } from '#models/passes/attention/sequence-attention.js';
import { FEATURES } from '#models/passes/image-features.js';
import { traceOf } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import { gridSizes } from '#models/vision/grid-inputs.js';
import { visionGraph, visionSizes } from '#models/vision/vision-graph.js';
import { allTensors, tensorsAfter, visionTensors } from '#models/vision/vision-tensors.js';
import { type Graph, sizeOf } from '#onnx/graph.js';
import { POSITIONS } from './model-view.js';
import { buildReferenceGraph } from './reference-graph.js';
import { type Asked, UNITS } from './sides.js';
import { buildStepGraph, type StepShape } from './step-graph.js';

/** Bytes. */
export interface MemoryEstimate {
  readonly weights: number;
  /**
   * What is trained: its values, two moments, and gradients as the graph returns them and as they
   * are summed.
   */
  readonly trained: number;
  /** Largest sum of values that a step has at once. */
  readonly step: number;
  /** The same of references, and what they keep of the examples. */
  readonly references: number;
  /** Node, onnxruntime and their code. */
  readonly runtime: number;
  readonly total: number;
}

/** A run as far as memory goes. */
export interface RunMemory {
  readonly shape: StepShape;
  /** Matrices that are neither trained nor changed by the parent stay in 16 bits. */
  readonly halfWeights: boolean;
  /**
   * The adapter to start from: its bytes, weights that it changes, and those that it changes for
   * the reference alone, as it is trained on.
   */
  readonly parent?: {
    readonly bytes: number;
    readonly changed: ReadonlySet<string>;
    readonly merged: readonly string[];
  };
  /** Whether gradients of both sets are kept apart. Default: no. */
  readonly apart?: boolean;
  /** Whether checkpoints are made. Default: no. */
  readonly checkpoints?: boolean;
  /** Copies of the model, each with a part of a step's examples. Default: 1. */
  readonly replicas?: number;
  /** Bytes of the examples' images. Default: none. */
  readonly features?: number;
}

export interface PassSize {
  /**
   * Tokens of a pass, the rows that attention lays them out in, and the longest one's
   * tokens.
   */
  readonly tokens: number;
  readonly rows: number;
  readonly length: number;
  /** Positions whose logits are computed. */
  readonly positions: number;
  /** Tiles of pictures that go through a tower in training. Default: none. */
  readonly tiles?: number;
  /** Bytes that references keep of all examples. Default: none. */
  readonly kept?: number;
}

const RUNTIME = 180e6;
/** Matrices stored in 16 bits that are widened at once, as measured. */
const WIDENED = 4;
const COPIES_OF_TRAINED = 5;
/** Sums of the target units' gradients, and of the retain units'. */
const COPIES_APART = 2;
/** Values and moments. */
const COPIES_OF_CHECKPOINT = 3;
/** The files as they are handed to the thread and as it has them, and their numbers. */
const COPIES_OF_PARENT = 3;
/** As part of the adapter that comes out: its numbers, its file, and that as it is handed back. */
const COPIES_OF_RESULT = 3;
/** Of onnxruntime's allocator, over what is in use. */
const SLACK = 1.1;

const elements = (tensors: Iterable<readonly number[]>): number =>
  [...tensors].reduce((sum, dims) => sum + sizeOf(dims), 0);

/** @param width bytes of a number of a tensor; 0 where it is not kept. */
const weightBytes = (
  config: ModelConfig,
  width: (name: string, dims: readonly number[]) => number,
): number =>
  [...traceOf(config).tensors].reduce(
    (sum, [name, dims]) => sum + width(name, dims) * sizeOf(dims),
    0,
  );

/** @param sizeFor tells the largest pass, given what the objectives ask of examples. */
export function estimateTraining(
  run: RunMemory,
  sizeFor: (asked: Asked) => PassSize,
): MemoryEstimate {
  const { shape, halfWeights, parent, replicas = 1, features = 0 } = run;
  const { config, maxLength, precision, whole = [], seeing } = shape;
  const { graph, parameters, dropoutMasks, asked } = buildStepGraph(shape);
  const size = sizeFor(asked);
  const sizes = graphSizes(config, size);
  const dropout =
    8 * Math.max(0, ...dropoutMasks.map(({ rows, columns }) => required(sizes, rows) * columns));
  const peak = (one: Graph): number =>
    Math.round(
      SLACK * (one.peakBytes(sizes) + (halfWeights ? WIDENED * one.largestReadBytes() : 0)),
    );
  const merged =
    asked.references.size > 0
      ? 4 * elements((parent?.merged ?? []).map((name) => required(allTensors(config), name)))
      : 0;
  const references =
    merged +
    asked
      .byReference()
      .reduce(
        (sum, { values }) =>
          sum + peak(buildReferenceGraph(config, maxLength, values, precision, seeing)),
        size.kept ?? 0,
      );
  const copies =
    COPIES_OF_TRAINED +
    (run.apart ? COPIES_APART : 0) +
    (run.checkpoints ? COPIES_OF_CHECKPOINT : 0);
  const width = (name: string, dims: readonly number[]): number => {
    const type = graph.inputType(name);
    if (type === undefined) return 0;
    const isKept =
      halfWeights && dims.length > 1 && !whole.includes(name) && parent?.changed.has(name) !== true;
    return isKept || type === 'float16' ? 2 : 4;
  };
  // Each session has a copy of its own.
  const integers = (1 + asked.byReference().length) * graph.filedBytes();
  const models = asked.byReference().some(({ of }) => of === 'base') ? 2 : 1;
  const seen = tensorsAfter(config, seeing ?? 'features');
  const one = {
    weights:
      models * (weightBytes(config, width) + 4 * elements(seen.values())) +
      integers +
      (parent
        ? (parent.merged.length > 0 ? COPIES_OF_PARENT : COPIES_OF_PARENT + COPIES_OF_RESULT) *
          parent.bytes
        : 0),
    trained: 4 * copies * elements(parameters.map(({ value }) => value.dims as number[])),
    // Freed memory is cut up for smaller values: the largest seldom finds its old place again.
    step: peak(graph) + graph.largestBytes(sizes) + dropout,
    references,
  };
  // Values and gradients of a replica are exchanged through two more buffers each; the moments are
  // the first one's alone.
  const parts = {
    weights: replicas * one.weights,
    trained: replicas * one.trained,
    // Images as they are handed to the run's thread, and as each replica has them.
    step: replicas * one.step + (1 + replicas) * features,
    references: replicas * one.references,
    runtime: RUNTIME,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

function graphSizes(
  config: ModelConfig,
  { tokens, rows, length, positions, tiles = 0 }: PassSize,
): Readonly<Record<string, number>> {
  const { vision } = config;
  return {
    ...(vision && vision.layout !== 'grid' ? visionSizes(vision, tiles) : {}),
    ...sequenceSizes(config, { tokens, batch: rows, length, attentionMasks: rows }),
    [POSITIONS]: positions,
    [FEATURES]: tokens,
    [UNITS]: rows,
  };
}

const CACHE_BYTES = 4;
/**
 * Weights, a cache of keys and values for every row of the batch, and a prompt's logits; of a model
 * that sees its tower, in float32, and its pass over one tile or picture, too.
 * @param rows answered at once.
 */
export function estimateServing(
  config: ModelConfig,
  halfWeights: boolean,
  { rows, length }: Pick<PassSize, 'rows' | 'length'>,
): MemoryEstimate {
  const weights =
    weightBytes(config, (_name, dims) => (halfWeights && dims.length > 1 ? 2 : 4)) +
    4 * elements(visionTensors(config).values());
  const cache =
    2 *
    CACHE_BYTES *
    rows *
    length *
    config.numHiddenLayers *
    config.numKeyValueHeads *
    config.headDim;
  const step =
    cache +
    4 * (rows + 1) * config.vocabSize +
    4 * length * length * config.numAttentionHeads +
    visionPassBytes(config, length);
  return {
    weights,
    trained: 0,
    step,
    references: 0,
    runtime: RUNTIME,
    total: weights + step + RUNTIME,
  };
}

/** @param length the most features that a picture may have. */
function visionPassBytes({ vision }: ModelConfig, length: number): number {
  if (!vision) return 0;
  const graph = visionGraph(vision);
  if (vision.layout !== 'grid') return graph.peakBytes(visionSizes(vision, 1));
  const side = Math.ceil(Math.sqrt(length)) * vision.tower.merge;
  return graph.peakBytes(gridSizes(vision.tower, { kind: 'grid', t: 1, h: side, w: side }));
}
