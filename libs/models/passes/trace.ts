// What a model consists of, found by building its graph once and recording what it asks for: nothing
// is listed a second time.

import { Graph } from '#onnx/graph.js';
import { architectureOf } from '../families/index.js';
import { biasName, frozenProjections, kindOf, weightDims } from '../layers/linear.js';
import type { AttentionSpec, Linear } from '../layers/pass.js';
import { openPass } from '../layers/pass.js';
import { type Rope, sameRope } from '../layers/rope.js';
import type { ModelConfig } from '../types.js';

export interface Trace {
  /** Every tensor a checkpoint must have, in the order in which a pass reads them. */
  readonly tensors: ReadonlyMap<string, readonly number[]>;
  /** Linear layers by their weights' names; the head is none of them. */
  readonly linears: ReadonlyMap<string, Linear>;
  /** The same in groups that read one input, whose adapters may be computed together. */
  readonly groups: readonly (readonly Linear[])[];
  /** Weights of the linear layers whose results attention reads. */
  readonly attended: ReadonlySet<string>;
  /** Weights of the linear layers that write to the residual stream. */
  readonly residual: ReadonlySet<string>;
  /** By layer. */
  readonly attention: readonly AttentionSpec[];
  /** The distinct ones of the layers. */
  readonly ropes: readonly Rope[];
  /** Sizes of the layers' sliding windows, each once. */
  readonly windows: readonly number[];
  readonly alibi: boolean;
}

const known = new WeakMap<ModelConfig, Trace>();

export function traceOf(config: ModelConfig): Trace {
  const trace = known.get(config) ?? traceModel(config);
  known.set(config, trace);
  return trace;
}

/**
 * Every tensor name with its dims as stored. The head is absent where it is tied to the embedding.
 */
export const expectedTensors = (config: ModelConfig): ReadonlyMap<string, readonly number[]> =>
  traceOf(config).tensors;

/** Kinds of linear layers, such as up_proj, sorted: what LoRA adapts where it is not told. */
export const linearKinds = (config: ModelConfig): string[] =>
  [...new Set([...traceOf(config).linears.values()].map(kindOf))].toSorted();

function traceModel(config: ModelConfig): Trace {
  const architecture = architectureOf(config);
  const graph = new Graph();
  const tensors = new Map<string, readonly number[]>();
  const groups: (readonly Linear[])[] = [];
  let latest: readonly Linear[] = [];
  const attended = new Set<string>();
  const residual = new Set<string>();
  const attention: AttentionSpec[] = [];
  const frozen = frozenProjections(graph);
  const pass = openPass(
    graph,
    (x, linears, onto) => {
      groups.push(linears);
      latest = linears;
      for (const layer of linears) {
        tensors.set(layer.name, weightDims(layer));
        if (layer.bias) tensors.set(biasName(layer), [layer.out]);
        if (onto) residual.add(layer.name);
      }
      return frozen(x, linears, onto);
    },
    {
      attend: (q, _k, _v, spec) => {
        attention[spec.layer] = spec;
        for (const { name } of latest) attended.add(name);
        return q;
      },
      positions: () => graph.input('positions', ['tokens'], 'int64'),
    },
  );
  const listening = {
    ...pass,
    weight: (name: string, dims: readonly number[]) => {
      tensors.set(name, dims);
      return pass.weight(name, dims);
    },
  };
  const ids = graph.input('ids', ['tokens'], 'int64');
  const { last } = architecture.hiddenStates(listening, config, ids);
  architecture.finalNorm(listening, config, last);
  const { name, bias } = architecture.head(config);
  tensors.set(name, [config.vocabSize, config.hiddenSize]);
  if (bias !== undefined) tensors.set(bias, [config.vocabSize]);
  const ropes: Rope[] = [];
  for (const { rope } of attention)
    if (rope && !ropes.some((other) => sameRope(other, rope))) ropes.push(rope);
  return {
    tensors,
    groups,
    attended,
    residual,
    attention,
    ropes,
    linears: new Map(groups.flat().map((layer) => [layer.name, layer])),
    windows: [...new Set(attention.flatMap(({ window }) => window ?? []))],
    alibi: attention.some(({ alibi }) => alibi),
  };
}
