// Rotary embedding inside a graph: tables that are constants where they can be, and depend on the
// pass where they must.

import type { Graph } from '#onnx/graph.js';
import type { Attributes, Dim, Value } from '#onnx/types.js';
import { type Rope, rotaryTables, sameRope } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { traceOf } from '../trace.js';

export interface Tables {
  readonly cosine: Value;
  readonly sine: Value;
}

/** What a graph needs once for every rope of the model. */
export function once<T>(make: (rope: Rope) => T): (rope: Rope) => T {
  const made = new Map<string, T>();
  return (rope) => {
    const key = JSON.stringify(rope);
    const known = made.get(key) ?? make(rope);
    made.set(key, known);
    return known;
  };
}

/**
 * Names of the inputs [rows, dim / 2] with the tables of a rope that depends on the length of
 * sequences.
 */
export function tableInputs(
  config: ModelConfig,
  rope: Rope,
): { readonly cosine: string; readonly sine: string } {
  const index = traceOf(config).ropes.findIndex((other) => sameRope(other, rope));
  return { cosine: `attention.cosine.${index}`, sine: `attention.sine.${index}` };
}

/** Rows of positions from 0 on. @param identity rows before them that rotate nothing. */
export function constantTables(graph: Graph, rope: Rope, positions: number, identity = 0): Tables {
  const half = rope.dim / 2;
  const { cosine, sine } = rotaryTables(rope, positions);
  const before = (data: Float32Array, value: number): Value => {
    const rows = new Float32Array((identity + positions) * half).fill(value, 0, identity * half);
    rows.set(data, identity * half);
    return graph.constant(rows, [identity + positions, half]);
  };
  return { cosine: before(cosine, 1), sine: before(sine, 0) };
}

/**
 * Tables that a pass is fed with, a row for each token: devices need not take sines exactly,
 * WebGPU's are good to 2^-11 only.
 */
export function fedTables(graph: Graph, config: ModelConfig, rope: Rope, rows: Dim): Tables {
  const { cosine, sine } = tableInputs(config, rope);
  const table = (name: string): Value => graph.input(name, [rows, rope.dim / 2]);
  return { cosine: table(cosine), sine: table(sine) };
}

/** Rotates x [B, heads, S, D]. @param rows [B, S] int64: each token's row of the tables */
export function rotate(
  graph: Graph,
  rope: Rope,
  x: Value,
  rows: Value,
  { cosine, sine }: Tables,
): Value {
  const [, heads, , headDim] = x.dims as [Dim, number, Dim, number];
  const partial: Attributes =
    rope.dim < headDim ? { rotary_embedding_dim: rope.dim, num_heads: heads } : {};
  return graph.op('RotaryEmbedding', [x, rows, cosine, sine], partial);
}
