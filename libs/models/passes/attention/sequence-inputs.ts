// What sequence attention is fed with: positions, attention masks and, where the rotation depends
// on lengths, its tables.

import { zip } from '#collections/zip.js';
import { ropeVaries, rotaryTables } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { traceOf } from '../trace.js';
import type { InputData } from './input-data.js';
import { type Place, placeFeeds } from './places.js';
import { tableInputs } from './rotation.js';
import { headCounts, sequenceInputNames, sequenceSizes } from './sequence-attention.js';
import { tokenPlaces } from './token-places.js';

export interface PassInputs {
  readonly feeds: Record<string, InputData>;
  readonly sizes: Record<string, number>;
}

/** Added to the score of a token that must not be seen: its weight is then exactly 0. */
export const HIDDEN = -1e9;

/**
 * Inputs and sizes of a pass over sequences. @param rows lengths of the sequences that lie one
 * after the other in each row of attention: [[5], [9]] are two plain rows, [[5, 4], [9]] are three
 * sequences in two. Tokens are in the same order, without padding.
 * @param shared how many of a row's first tokens are those of the row before it, and not read again;
 * both rows are of one sequence, rotated alike (steadyLength). Default: none of any.
 * @param places of the tokens that are read, where they are not simply counted.
 */
export function sequenceInputs(
  config: ModelConfig,
  rows: readonly (readonly number[])[],
  shared: readonly number[] = rows.map(() => 0),
  places?: readonly Place[],
): PassInputs {
  const { ropes, windows } = traceOf(config);
  const sequences = rows.flat();
  const tokens = sum(sequences) - sum(shared);
  const lengths = rows.map(sum);
  const length = Math.max(...lengths);
  const isPlain = rows.every((parts) => parts.length === 1 && parts[0] === length);
  const distinct = isPlain ? [[length]] : rows;
  const whole: InputData = {
    dims: [distinct.length, 1, 1, length, length],
    data: attentionMasks(distinct, length, length),
  };
  const feeds: Record<string, InputData> = {
    [sequenceInputNames.positions]: {
      dims: [tokens],
      data: BigInt64Array.from(
        zip(rows, shared).flatMap(([parts, common]) =>
          parts.flatMap((size) => Array.from({ length: size }, (_, t) => BigInt(t))).slice(common),
        ),
      ),
    },
    [sequenceInputNames.tokens]: {
      dims: [tokens, 1],
      data: BigInt64Array.from({ length: tokens }, (_, i) => BigInt(i)),
    },
    [sequenceInputNames.attentionMask()]: whole,
  };
  for (const window of windows) {
    feeds[sequenceInputNames.attentionMask(window)] =
      window < length
        ? { dims: whole.dims, data: attentionMasks(distinct, length, window) }
        : whole;
  }
  const slots = tokenPlaces(lengths, shared);
  for (const heads of headCounts(config)) {
    const { vectors, slots: filled } = layoutOf(slots, tokens, length, heads);
    feeds[sequenceInputNames.vectors(heads)] = { dims: [vectors.length], data: vectors };
    feeds[sequenceInputNames.slots(heads)] = { dims: [filled.length], data: filled };
  }
  for (const rope of ropes) {
    if (!ropeVaries(rope, Infinity)) continue;
    const tables = zip(rows, shared).flatMap(([parts, common]) =>
      parts.map((size) => rotaryTables(rope, size - common, size, common)),
    );
    const names = tableInputs(config, rope);
    const dims = [tokens, rope.dim / 2];
    feeds[names.cosine] = { dims, data: joined(tables.map(({ cosine }) => cosine)) };
    feeds[names.sine] = { dims, data: joined(tables.map(({ sine }) => sine)) };
  }
  if (places) Object.assign(feeds, placeFeeds(config, places));
  return {
    feeds,
    sizes: sequenceSizes(config, {
      tokens,
      batch: rows.length,
      length,
      attentionMasks: distinct.length,
    }),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(sum(parts.map((part) => part.length)));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Where heads of tokens lie in rows of `length` slots, and what each slot holds. A token of several
 * rows answers in the first of them.
 * @param places the token at each place of each row.
 */
function layoutOf(
  places: readonly (readonly number[])[],
  tokens: number,
  length: number,
  heads: number,
): { vectors: BigInt64Array; slots: BigInt64Array } {
  const vectors = new BigInt64Array(places.length * heads * length);
  const slots = new BigInt64Array(tokens * heads);
  let read = 0;
  for (const [row, own] of places.entries()) {
    for (let head = 0; head < heads; head++) {
      for (let t = 0; t < length; t++) {
        const slot = (row * heads + head) * length + t;
        const token = own[t];
        const vector = token === undefined ? head : token * heads + head;
        vectors[slot] = BigInt(vector);
        if (token !== undefined && token >= read) slots[vector] = BigInt(slot);
      }
    }
    read = Math.max(read, (own.at(-1) ?? -1) + 1);
  }
  return { vectors, slots };
}

/**
 * [rows, length, length]: a token sees those of its own sequence before it, `window` of them at
 * most, itself included. A slot without a token sees itself alone: so its gradient, whatever it is,
 * reaches no token.
 */
function attentionMasks(
  rows: readonly (readonly number[])[],
  length: number,
  window: number,
): Float32Array {
  const attentionMask = new Float32Array(rows.length * length * length).fill(HIDDEN);
  for (const [row, parts] of rows.entries()) {
    const sizes = [...parts, ...Array.from({ length: length - sum(parts) }, () => 1)];
    let begin = 0;
    for (const size of sizes) {
      for (let t = begin; t < begin + size; t++) {
        const line = (row * length + t) * length;
        attentionMask.fill(0, line + Math.max(begin, t - window + 1), line + t + 1);
      }
      begin += size;
    }
  }
  return attentionMask;
}
