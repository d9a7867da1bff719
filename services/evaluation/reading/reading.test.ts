import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, expect, test } from 'vitest';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { metrics } from '../metrics/index.js';
import type { ScoredAnswer } from '../metrics/metric.js';
import { Reading } from './reading.js';

const reading = new Reading();
afterAll(() => reading.onApplicationShutdown());

const answered = async (gold: string, answer: string, signal: AbortSignal) => {
  const asked = { set: 'forget', question: 'Where does Ada live?', gold, answer } as const;
  const judged = await judgeAnswer(reading.judge(signal), asked);
  const likelihood = { sum: -1, tokens: 2 };
  const scored: ScoredAnswer = {
    ...asked,
    index: 0,
    underBase: likelihood,
    ofGold: likelihood,
    finish: 'stop',
  };
  return { judged, scored, row: await reading.row(scored, signal) };
};

test('says what the judge and the metrics say', async () => {
  const { signal } = new AbortController();
  const { judged, scored, row } = await answered('Ada lives in Bree.', 'In Bree.', signal);
  expect(judged).toEqual(await judgeAnswer(lexicalJudge, scored));
  expect(row).toEqual(metrics.row(scored));
});

test.each(['a', '.', '"', '@', ' ', 'A. ', '林'])(
  'a million of %j keeps nobody else waiting',
  async (unit) => {
    const { signal } = new AbortController();
    const text = unit.repeat(1_000_000 / unit.length);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await answered(`Ada lives in Bree. ${text}`, `${text} In Bree.`, signal);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(1000);
  },
  60_000,
);

test('reads nothing more for a job that is cancelled', async () => {
  const controller = new AbortController();
  controller.abort(new Error('cancelled'));
  await expect(answered('a', 'b', controller.signal)).rejects.toThrow('cancelled');
});
