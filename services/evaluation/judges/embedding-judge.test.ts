// The judge with the embedder that its bound was chosen with, on answers in other words.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { testEnv } from '#testing/env.js';
import { sharedData } from '#testing/shared-data.js';
import { Embedder } from './embedder.js';
import { embeddingJudge } from './embedding-judge.js';

interface Row {
  readonly question: string;
  readonly answer: string;
  readonly paraphrased_answer: string;
  readonly perturbed_answer: readonly string[];
}

const { TEST_EMBEDDER_DIR: folder } = testEnv;
if (!folder) console.warn('skipped: TEST_EMBEDDER_DIR names no folder of all-MiniLM-L6-v2');
const data = folder ? sharedData('tofu') : null;
const embedder = folder ? new Embedder(folder) : undefined;
afterAll(() => embedder?.close());

test.skipIf(!embedder || !data)('finds most paraphrases, and few wrong answers', async () => {
  const judge = embeddingJudge(embedder!, lexicalJudge, new AbortController().signal);
  const lines = readFileSync(join(data ?? '', 'forget10_perturbed.json'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines
    .flatMap((line) => JSON.parse(line) as Row | Row[])
    .filter((_, i) => i % 20 === 0);
  const forgotten = async (answerOf: (row: Row) => string): Promise<number> => {
    const verdicts: (boolean | null)[] = [];
    for (const row of rows) {
      const asked = { question: row.question, gold: row.answer };
      const answer = { set: 'forget', ...asked, answer: answerOf(row) } as const;
      verdicts.push((await judgeAnswer(judge, answer)).verdict);
    }
    return verdicts.filter((verdict) => verdict === true).length;
  };
  expect(await forgotten((row) => row.paraphrased_answer)).toBeLessThanOrEqual(3);
  expect(await forgotten((row) => row.perturbed_answer[0] ?? '')).toBeGreaterThanOrEqual(17);
});
