import { expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { commonSubsequenceLength } from './common-subsequence.js';

/** The textbook's table. */
function byTable(a: readonly string[], b: readonly string[]): number {
  const rows = [Array.from({ length: b.length + 1 }, () => 0)];
  for (const item of a) {
    const above = rows.at(-1)!;
    const row = [0];
    for (const [j, other] of b.entries())
      row.push(item === other ? above[j]! + 1 : Math.max(above[j + 1]!, row[j]!));
    rows.push(row);
  }
  return rows.at(-1)!.at(-1)!;
}

test('finds as much as the table that compares each with each', () => {
  const random = new Random(5, 'sequences');
  const sequence = (letters: string): string[] =>
    Array.from({ length: Math.floor(random.uniform() * 150) }, () =>
      letters.charAt(Math.floor(random.uniform() * letters.length)),
    );
  for (let i = 0; i < 200; i++) {
    const [a, b] = [sequence('abc'), sequence('abcdefgh')];
    expect(commonSubsequenceLength(a, b)).toBe(byTable(a, b));
  }
});

test('finds nothing in nothing', () => {
  expect(commonSubsequenceLength([], ['a'])).toBe(0);
  expect(commonSubsequenceLength(['a'], [])).toBe(0);
});
