// Whether two whole answers to a question mean the same, by their embeddings and the question's.
//
// Two answers are alike by their subject alone, which the question names. So the cosine is averaged
// with the cosine of what is left of both once their components along the question are taken off.
// The bound was chosen on TOFU's retain set with all-MiniLM-L6-v2, and is reported on its forget
// set: docs/measurements/judges.md.

import { zip } from '#collections/zip.js';

/** Answers that mean the same come to this much, with their coverage. */
const SAME_MEANING = 0.735;
/** What full coverage of the gold answer's entities adds. */
const COVERAGE_WEIGHT = 0.05;

/** @param question an embedding at unit length, as are the answers. @returns -1 to 1 */
export function answerSimilarity(
  answer: Float32Array,
  gold: Float32Array,
  question: Float32Array,
): number {
  const beyond = dot(beyondOf(answer, question), beyondOf(gold, question));
  return (dot(answer, gold) + beyond) / 2;
}

export const meanTheSame = (similarity: number, coverage: number): boolean =>
  similarity + COVERAGE_WEIGHT * coverage >= SAME_MEANING;

/** What of a vector is at right angles to the question's, at unit length. */
function beyondOf(vector: Float32Array, question: Float32Array): Float32Array {
  const along = dot(vector, question);
  const rest = Float32Array.from(zip(vector, question), ([x, q]) => x - along * q);
  const length = Math.hypot(...rest) || 1;
  return rest.map((x) => x / length);
}

export const dot = (a: Float32Array, b: Float32Array): number =>
  zip(a, b).reduce((sum, [x, y]) => sum + x * y, 0);
