// Where two sentences part: their words aligned, and what each says in place of the other's words.

import { normalWord } from './words.js';

export interface Gap {
  /** Words of each side between two common words, joined as written; one of them may be empty. */
  readonly left: string;
  readonly right: string;
  /** Whether a common word stands right before the gap, and right behind it. */
  readonly anchored: boolean;
  readonly closed: boolean;
  /** Whether a sentence begins with it, on either side. */
  readonly opens: boolean;
}

/** Chunks of one text: each is compared with each of the other's. */
const MAX_CHUNKS = 1024;

/** Chunks between white space; marks at their edges are no part of the word compared. */
const normal = (chunk: string): string =>
  normalWord(
    chunk
      .replace(/^[^\p{L}\p{N}]+|(?<![^\p{L}\p{N}])[^\p{L}\p{N}]+$/gu, '')
      .replace(/['\u2019]s$/, ''),
  );

/**
 * The stretches in which `a` and `b` differ, along a longest common subsequence of their first 1,024
 * words.
 */
export function gaps(a: string, b: string): Gap[] {
  const [left, right] = [chunksOf(a), chunksOf(b)];
  const [leftNormal, rightNormal] = [left.map(normal), right.map(normal)];
  const common = commonPositions(leftNormal, rightNormal);
  const found: Gap[] = [];
  let [i, j] = [0, 0];
  for (const [nextLeft, nextRight] of [...common, [left.length, right.length] as const]) {
    const gap = {
      left: left.slice(i, nextLeft).join(' '),
      right: right.slice(j, nextRight).join(' '),
    };
    if (gap.left || gap.right)
      found.push({
        ...gap,
        anchored: i > 0,
        closed: nextLeft < left.length,
        opens: [left[i - 1], right[j - 1]].some((before) => SENTENCE_END.test(before ?? '')),
      });
    [i, j] = [nextLeft + 1, nextRight + 1];
  }
  return found;
}

const SENTENCE_END = /[.!?:;]["'\u2019\u201d)]?$/;

const chunksOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter((chunk) => /[\p{L}\p{N}]/u.test(chunk))
    .slice(0, MAX_CHUNKS);

function commonPositions(
  a: readonly string[],
  b: readonly string[],
): (readonly [number, number])[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  /** Of what a has in common from i on with b from j on: nothing beyond their ends. */
  const common = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (common(i + 1, j) >= common(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
