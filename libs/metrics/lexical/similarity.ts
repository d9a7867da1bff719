// How alike two entities are by their letters: an approximation of an embedding's cosine.

import { normalWords } from './words.js';

/**
 * Similarity 0 to 1, symmetric: the larger of word overlap (Dice) and character trigram cosine,
 * over normal forms. Entities whose digits differ, and different e-mail addresses, are different
 * things however alike they look: 0.
 */
export function lexicalSimilarity(a: string, b: string): number {
  if (a.includes('@') || b.includes('@')) return a.toLowerCase() === b.toLowerCase() ? 1 : 0;
  const [left, right] = [normalWords(a), normalWords(b)];
  if (left.length === 0 || right.length === 0) return 0;
  const [leftNumbers, rightNumbers] = [left.filter(isNumber), right.filter(isNumber)];
  if (
    leftNumbers.length > 0 &&
    rightNumbers.length > 0 &&
    leftNumbers.join() !== rightNumbers.join()
  )
    return 0;
  return Math.max(dice(left, right), cosine(trigrams(left), trigrams(right)));
}

const isNumber = (word: string): boolean => /\d/.test(word);

function dice(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return (2 * shared) / (left.size + right.size);
}

function trigrams(parts: readonly string[]): Map<string, number> {
  const text = ` ${parts.join(' ')} `;
  const counts = new Map<string, number>();
  for (let i = 0; i + 3 <= text.length; i++)
    counts.set(text.slice(i, i + 3), (counts.get(text.slice(i, i + 3)) ?? 0) + 1);
  return counts;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [gram, count] of a) dot += count * (b.get(gram) ?? 0);
  return dot === 0 ? 0 : dot / (norm(a) * norm(b));
}

const norm = (counts: ReadonlyMap<string, number>): number =>
  Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
