// Seeded draws. Every pair has a generator of its own, so that its rows do not depend on which
// other pairs were augmented before.

import { createHash } from 'node:crypto';
import { item } from '#collections/items.js';

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A generator for a seed and any number of keys (a pair's text, a round ...): the same arguments,
 * the same numbers.
 */
export function seededRandom(seed: number, ...keys: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...keys]))
    .digest();
  let state = digest.readUInt32LE(0);
  // Mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, list: readonly T[]): T =>
  item(list, Math.floor(random() * list.length));

/** A shuffled copy (Fisher-Yates). */
export function shuffle<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [item(out, j), item(out, i)];
  }
  return out;
}
