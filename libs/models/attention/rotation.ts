// Rotary embedding inside a graph: tables that are constants where they can be, and depend on the run where they must.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Attributes, Value } from '#onnx/types.js';
import { type Rope, ropeFactor, ropePeriods, rotaryTables, sameRope } from '../blocks/rope.js';
import { traceOf } from '../trace.js';
import type { ModelConfig } from '../types.js';

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

/** Name of the input [rows, dim / 2] with radians a position, for a rope that depends on the length of sequences. */
export function frequencyInput(config: ModelConfig, rope: Rope): string {
  return `attention.frequencies.${traceOf(config).ropes.findIndex((other) => sameRope(other, rope))}`;
}

/** Radians a position of every pair, for a sequence of `length` tokens. */
export const frequencies = (rope: Rope, length: number): Float32Array => Float32Array.from(ropePeriods(rope, length), (period) => 1 / period);

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

/** A row for each of `positions`, by frequencies that broadcast to them: [..., 1] and [..., dim / 2] -> [rows, dim / 2]. */
export function computedTables(graph: Graph, rope: Rope, positions: Value, perPosition: Value, rows: Value['dims'][number]): Tables {
  const angles = m.reshape(graph, m.mul(graph, positions, perPosition), [rows, rope.dim / 2]);
  const factor = ropeFactor(rope);
  return { cosine: m.scale(graph, m.cos(graph, angles), factor), sine: m.scale(graph, m.sin(graph, angles), factor) };
}

/** Rotates x [B, heads, S, D]. @param rows [B, S] int64: each token's row of the tables */
export function rotate(graph: Graph, rope: Rope, x: Value, rows: Value, { cosine, sine }: Tables): Value {
  const [, heads, , headDim] = x.dims as number[];
  const partial: Attributes = rope.dim < headDim! ? { rotary_embedding_dim: rope.dim, num_heads: heads! } : {};
  return graph.op('RotaryEmbedding', [x, rows, cosine, sine], partial);
}
