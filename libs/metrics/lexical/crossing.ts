// Two facts that are told of each other's owner: "the father a baker and the mother a nurse", "the father a
// nurse and the mother a baker".

import { normalWords } from './words.js';

/** Between the two; more parts than two are no such pair. */
const BETWEEN = /(?:,|;)? (?:and|while|whereas) |; /;

/** Of what either text says, so much at least is said in the other: else the same words are chance. */
const IN_COMMON = 0.5;

/**
 * Whether each half of one text has a word of the first half of the other and one of its second, which
 * stood apart there.
 */
export function crosses(a: string, b: string): boolean {
  const [left, right] = [halves(a), halves(b)];
  if (!left || !right || !haveInCommon(left, right) || !haveInCommon(right, left)) return false;
  const shared = (i: 0 | 1, j: 0 | 1): boolean => [...left[i]].some((word) => right[j].has(word));
  return shared(0, 0) && shared(1, 1) && shared(0, 1) && shared(1, 0);
}

type Half = ReadonlySet<string>;

function haveInCommon(halvesOf: readonly [Half, Half], others: readonly [Half, Half]): boolean {
  const words = halvesOf.flatMap((half) => [...half]);
  const shared = words.filter((word) => others.some((half) => half.has(word)));
  return shared.length >= IN_COMMON * words.length;
}

/** The words that one half has and the other has not. */
function halves(text: string): readonly [Half, Half] | undefined {
  const [first, second, ...more] = text.split(BETWEEN).map((part) => new Set(normalWords(part)));
  if (!first || !second || more.length > 0) return undefined;
  return [without(first, second), without(second, first)];
}

const without = (words: Half, others: Half): Half =>
  new Set([...words].filter((word) => !others.has(word)));
