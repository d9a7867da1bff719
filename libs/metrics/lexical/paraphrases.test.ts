// How far spelling alone tells another wording from a wrong answer: the figures of the docs.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgeErrors } from '#contracts/judge-errors.js';
import { sharedData } from '#testing/shared-data.js';
import { judgeAnswer } from '../judge-answer.js';
import { lexicalJudge } from './lexical-judge.js';

interface Row {
  readonly question: string;
  readonly answer: string;
  readonly paraphrased_answer: string;
  readonly perturbed_answer: readonly [string, ...string[]];
}

const folder = sharedData('tofu');

test.skipIf(!folder)("judges TOFU's paraphrases and wrong answers as its reports say", async () => {
  const lines = readFileSync(`${folder}/forget10_perturbed.json`, 'utf8').trim().split('\n');
  const rows = lines.flatMap((line) => JSON.parse(line) as Row | Row[]);
  const count = async (verdict: boolean, of: (row: Row) => string): Promise<number> => {
    const verdicts = rows.map(async (row) => {
      const asked = { set: 'forget', question: row.question, gold: row.answer } as const;
      return (await judgeAnswer(lexicalJudge, { ...asked, answer: of(row) })).verdict;
    });
    return (await Promise.all(verdicts)).filter((given) => given === verdict).length;
  };
  expect(rows).toHaveLength(400);
  // What reports say of it.
  const { lexical } = judgeErrors;
  expect(await count(true, (row) => row.paraphrased_answer)).toBe(lexical?.missed[0]);
  expect(await count(false, (row) => row.perturbed_answer[0])).toBe(lexical?.false[0]);
});
