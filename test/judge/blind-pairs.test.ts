// The lexical judge against readers who had not seen it: two sets that rules were made by since, and
// one that none was made by.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingOf } from '#metrics/finding.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { projectRoot } from '#supervisor/layout.js';

interface Pair {
  readonly set: 'forget' | 'retain';
  readonly q: string;
  readonly gold: string;
  readonly a: string;
  /** Of the forget set, and of the retain set. */
  readonly forgotten?: boolean;
  readonly retained?: boolean;
  readonly unjudged?: boolean;
}

const labelOf = ({ set, forgotten, retained, unjudged }: Pair): string => {
  if (unjudged) return 'unjudged';
  return (set === 'forget' ? forgotten : !retained) ? 'forgotten' : 'retained';
};

async function agreement(name: string): Promise<number> {
  const text = readFileSync(join(projectRoot, 'test/judge', `${name}.jsonl`), 'utf8');
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Pair);
  const agreed = pairs.map(async (pair) => {
    const { set, q: question, gold, a: answer } = pair;
    const judged = await judgeAnswer(lexicalJudge, { set, question, gold, answer });
    return findingOf(set, judged).verdict === labelOf(pair);
  });
  return (await Promise.all(agreed)).filter(Boolean).length / pairs.length;
}

test.each([
  ['first', 0.95],
  ['second', 0.95],
  ['held-out', 0.9],
])('agrees with the reader of the %s set on at least %d', async (name, share) => {
  expect(await agreement(name)).toBeGreaterThanOrEqual(share);
});
