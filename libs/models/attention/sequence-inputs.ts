// What sequence attention is fed with: positions, masks and, where the rotation depends on lengths, its tables.
import { ropeVaries, rotaryTables } from '../blocks/rope.js';
import { traceOf } from '../trace.js';
import type { ModelConfig } from '../types.js';
import { tableInputs } from './rotation.js';
import { sequenceDims, sequenceInputNames } from './sequence-attention.js';

export interface InputData {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}
export interface RunInputs {
  readonly feeds: Record<string, InputData>;
  readonly sizes: Record<keyof typeof sequenceDims, number>;
}

/** Added to the score of a token that must not be seen: its weight is then exactly 0. */
export const HIDDEN = -1e9;

/**
 * Inputs and sizes of a run over rows padded to the longest. @param rows lengths of the sequences that lie one after the other
 * in each row: [[5], [9]] are two plain rows, [[5, 4], [9]] are three sequences in two. Padding counts to a row's last sequence.
 */
export function sequenceInputs(config: ModelConfig, rows: readonly (readonly number[])[]): RunInputs {
  const length = Math.max(...rows.map((parts) => parts.reduce((sum, part) => sum + part, 0)));
  const isPacked = rows.some((parts) => parts.length > 1);
  const starts = rows.map((parts) => parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part, 0)));
  const { ropes, windows } = traceOf(config);
  const masked = isPacked ? starts : [[0]];
  const whole: InputData = { dims: [masked.length, 1, 1, length, length], data: masks(masked, length, length) };
  const order = BigInt64Array.from({ length: rows.length * length }, (_, i) => BigInt(i));
  const feeds: Record<string, InputData> = {
    [sequenceInputNames.positions]: { dims: [rows.length, length], data: positionsOf(starts, length, Math.max(...rows.flat())) },
    [sequenceInputNames.tokens]: { dims: [rows.length * length, 1], data: order },
    [sequenceInputNames.mask()]: whole,
  };
  for (const window of windows) {
    feeds[sequenceInputNames.mask(window)] = window < length ? { dims: whole.dims, data: masks(masked, length, window) } : whole;
  }
  for (const rope of ropes) {
    if (!ropeVaries(rope, Infinity)) continue;
    const half = rope.dim / 2;
    const dims = [rows.length * length, half];
    const [cosine, sine] = [new Float32Array(rows.length * length * half), new Float32Array(rows.length * length * half)];
    for (const [row, parts] of rows.entries()) {
      for (const [i, part] of parts.entries()) {
        const [start, end] = [starts[row]![i]!, starts[row]![i + 1] ?? length];
        const tables = rotaryTables(rope, end - start, part);
        cosine.set(tables.cosine, (row * length + start) * half);
        sine.set(tables.sine, (row * length + start) * half);
      }
    }
    const names = tableInputs(config, rope);
    feeds[names.cosine] = { dims, data: cosine };
    feeds[names.sine] = { dims, data: sine };
  }
  const groups = config.numAttentionHeads / config.numKeyValueHeads;
  const sizes = { batch: rows.length, length, tokens: rows.length * length, grouped: length * groups, masks: masked.length };
  return { feeds, sizes };
}

/** @param starts of each row's sequences, in order; the last one goes on to the row's end. @param longest bounds positions, padding's too. */
function positionsOf(starts: readonly (readonly number[])[], length: number, longest: number): BigInt64Array {
  const positions = new BigInt64Array(starts.length * length);
  for (const [row, begins] of starts.entries()) {
    for (const [i, begin] of begins.entries()) {
      for (let t = begin; t < (begins[i + 1] ?? length); t++) positions[row * length + t] = BigInt(Math.min(t - begin, longest - 1));
    }
  }
  return positions;
}

/** [rows, length, length]: a token sees those of its own sequence before it, `window` of them at most, itself included. */
function masks(starts: readonly (readonly number[])[], length: number, window: number): Float32Array {
  const mask = new Float32Array(starts.length * length * length).fill(HIDDEN);
  for (const [row, begins] of starts.entries()) {
    for (const [i, begin] of begins.entries()) {
      for (let t = begin; t < (begins[i + 1] ?? length); t++) {
        const line = (row * length + t) * length;
        mask.fill(0, line + Math.max(begin, t - window + 1), line + t + 1);
      }
    }
  }
  return mask;
}
