// 8 bits as LLM.int8() keeps weights (Dettmers et al. 2022, arXiv 2208.07339): the largest of each
// output channel is 127.

import { ROUND } from '../passes/int8.js';

const LIMIT = 127;

/** Rounds every row of a matrix [rows, columns], in place. */
export function roundToInt8(data: Float32Array, columns: number): void {
  for (let at = 0; at < data.length; at += columns) roundRow(data.subarray(at, at + columns));
}

function roundRow(row: Float32Array): void {
  let largest = 0;
  for (const x of row) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return;
  for (let i = 0; i < row.length; i++)
    row[i] = (((row[i]! * LIMIT) / largest + ROUND - ROUND) * largest) / LIMIT;
}
