// npm run bench:judges -- --judge <judge>: how often a judge misses a fact that an answer states in
// other words, and finds one that it does not state.

import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { z } from 'zod';
import { judges as judgeNames } from '#contracts/judges.js';
import { wilson } from '#metrics/intervals.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import type { Judge } from '#metrics/judge.js';
import { loadEnv } from '#platform/config/load-env.js';
import { judgeEnv } from '../services/evaluation/env.js';
import { Judges } from '../services/evaluation/judges/judges.js';
import { Reading } from '../services/evaluation/reading/reading.js';
import { type Cases, knowundoCases, tofuCases } from './judge-cases.js';

const { values: args } = parseArgs({
  options: {
    judge: { type: 'string', default: 'lexical' },
    every: { type: 'string', default: '1' },
  },
});
const name = z.enum(judgeNames).parse(args.judge);
const every = Number(args.every);
/** Under way at a time. */
const limit = pLimit(8);

const reading = new Reading();
const judges = new Judges(loadEnv(z.object(judgeEnv)), reading);
const { signal } = new AbortController();
setMaxListeners(0, signal);
const judge = judges.get(name, signal);
const all = [...(await tofuCases('retain')), ...(await tofuCases('forget10'))];
for (const { cases, ...of } of [...all, ...(await knowundoCases())])
  await report(judge, { ...of, cases: cases.filter((_, i) => i % every === 0) });
await judges.onApplicationShutdown();
await reading.onApplicationShutdown();

async function report(by: Judge, { name: data, known, cases }: Cases): Promise<void> {
  const columns = [data.padEnd(27)];
  for (const set of ['forget', 'retain'] as const) {
    const judged = await limit.map(cases, (answer) => judgeAnswer(by, { set, ...answer }));
    const verdicts = judged.flatMap(({ verdict }) => verdict ?? []);
    const wrong = verdicts.filter((verdict) => verdict === (known === (set === 'forget'))).length;
    const [low, high] = wilson(wrong, verdicts.length).map((share) => share.toFixed(3));
    columns.push(`${set}: ${wrong} of ${verdicts.length} wrong (${low} to ${high})`.padEnd(42));
  }
  console.log(columns.join('  '));
}
