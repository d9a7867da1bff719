// NormalFloat4 (Dettmers et al. 2023, arXiv 2305.14314, appendix E) as bitsandbytes has it: 16
// quantiles of the normal distribution, scaled by the largest number of each block. The blocks'
// scales stay float32: there is no double quantisation.

import { item } from '#collections/items.js';

/** What a number of 4 bits stands for, as a share of its block's largest. */
export const NF4_LEVELS: readonly number[] = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1,
];

/** Numbers that share a scale, one after the other in memory. */
const BLOCK = 64;

/** Rounds to the nearest level, in place; of two as near, to the lower. */
export function roundToNf4(data: Float32Array): void {
  for (let at = 0; at < data.length; at += BLOCK) roundBlock(data.subarray(at, at + BLOCK));
}

const LEVELS = Float32Array.from(NF4_LEVELS);
/** Between a level and the next. */
const BORDERS = LEVELS.subarray(1).map((level, i) => (level + item(LEVELS, i)) / 2);

function roundBlock(block: Float32Array): void {
  let largest = 0;
  for (const x of block) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return;
  for (let i = 0; i < block.length; i++) block[i] = largest * LEVELS[levelOf(block[i]! / largest)]!;
}

/** By halving: the number of borders below. */
function levelOf(share: number): number {
  let level = 0;
  for (let step = 8; step > 0; step >>= 1) if (share > BORDERS[level + step - 1]!) level += step;
  return level;
}
