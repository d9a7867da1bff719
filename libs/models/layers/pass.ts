// One forward pass under construction: what layers and families build a graph with, whatever is
// done with it (training, serving, adapters, caches).

import type { Graph } from '#onnx/graph.js';
import type { Value, ValueOfEach } from '#onnx/types.js';
import type { Rope } from './rope.js';

/** A linear layer of a checkpoint. */
export interface Linear {
  /** Its weight's name, such as model.layers.0.self_attn.q_proj.weight. */
  readonly name: string;
  readonly in: number;
  readonly out: number;
  /** It has a bias [out], named .bias in place of .weight. */
  readonly bias?: boolean;
  /** Stored as [in, out] and not as [out, in]: GPT-2's Conv1D. */
  readonly transposed?: boolean;
}

/**
 * How linear layers that share one input are computed: x [N, in] -> one [N, out] each, biases
 * included. LoRA is one such way. `onto` is added to the result of a single layer (the residual
 * stream).
 */
export type Project = (x: Value, linears: readonly Linear[], onto?: Value) => Value[];

/** What differs in attention between layers and families. */
export interface AttentionSpec {
  readonly layer: number;
  /** Factor of the products of queries and keys. */
  readonly scale: number;
  /** Absent: nothing is rotated. */
  readonly rope?: Rope;
  /** Tokens that a token sees, itself included. Absent: all before it. */
  readonly window?: number;
  /** Scores are kept within (-softCap, softCap): softCap * tanh(score / softCap). */
  readonly softCap?: number;
  /**
   * Adds the head's slope times the key's position to the scores (Press et al. 2021, arXiv
   * 2108.12409).
   */
  readonly alibi?: boolean;
}

/** Causal: q [N, H D], k and v [N, KV D] -> [N, H D]. */
export type Attend = (q: Value, k: Value, v: Value, spec: AttentionSpec) => Value;

/** How a pass sees its tokens: whole sequences, or one new token a row over a cache. */
export interface Attention {
  readonly attend: Attend;
  /** Position of every token in its sequence, [N] int64. */
  positions(): Value;
}

/** What the residual stream is after a layer, by what the layer makes of it: [N, hidden] each. */
export type Leave = (states: Value, layer: number) => Value;

/** Where a pass may be interfered with. */
export interface Interference {
  /**
   * What tokens enter as, [N, hidden], by what their ids are embedded as, any scaling included:
   * where transformers takes inputs_embeds.
   */
  readonly embedded: (tokens: Value) => Value;
  readonly leave: Leave;
}

const NONE: Interference = { embedded: (tokens) => tokens, leave: (states) => states };

/** What linear layers alone are built with. */
export interface Projecting {
  readonly graph: Graph;
  /** A `Project`, with as many results by their type as there are layers. */
  project<const L extends readonly Linear[]>(x: Value, linears: L, onto?: Value): ValueOfEach<L>;
}

/** One forward pass under construction. */
export interface Pass extends Projecting, Attention, Interference {
  /** A tensor of the checkpoint that is no linear layer's. */
  weight(name: string, dims: readonly number[]): Value;
}

/**
 * Weights are graph inputs under their checkpoint names, so that building costs nothing, every
 * graph of a process shares one copy, and protobuf's 2 GB limit never applies.
 */
export const weightInput = (graph: Graph, name: string, dims: readonly number[]): Value =>
  graph.input(name, dims);

export const projecting = (graph: Graph, project: Project): Projecting => ({
  graph,
  project: (x, linears, onto) => project(x, linears, onto) as ValueOfEach<typeof linears>,
});

/** @param interference absent: none. */
export const openPass = (
  graph: Graph,
  project: Project,
  attention: Attention,
  interference: Partial<Interference> = {},
): Pass => ({
  ...projecting(graph, project),
  ...attention,
  ...NONE,
  ...interference,
  weight: (name, dims) => weightInput(graph, name, dims),
});
