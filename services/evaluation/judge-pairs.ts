// Judges pairs of a question's gold answer and an answer, for `lethe judge`: a judge's name, then one
// pair a line on standard input; one RatedAnswer a line on standard output, in their order.

import { setMaxListeners } from 'node:events';
import { createInterface } from 'node:readline';
import pLimit from 'p-limit';
import { z } from 'zod';
import { judges as judgeNames } from '#contracts/judges.js';
import { judgeAndRate } from '#metrics/judge-answer.js';
import type { AnswerToJudge } from '#metrics/judge.js';
import { loadEnv } from '#platform/config/load-env.js';
import { EnvError } from '#platform/errors/env.error.js';
import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { judgeEnv } from './env.js';
import { Judges } from './judges/judges.js';
import { Reading } from './reading/reading.js';

/** Pairs under way at a time. */
const CONCURRENCY = 8;
/** Of settings that are missing or wrong, as the `lethe` command has it. */
const USAGE = 2;

async function judgePairs(): Promise<void> {
  const name = z.enum(judgeNames).parse(process.argv[2]);
  const reading = new Reading();
  const judges = new Judges(loadEnv(z.object(judgeEnv)), reading);
  const { signal } = new AbortController();
  // Each pair under way listens.
  setMaxListeners(0, signal);
  const judge = judges.get(name, signal);
  const limit = pLimit(CONCURRENCY);
  const judged = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const pair = JSON.parse(line) as AnswerToJudge;
    judged.push(limit(() => judgeAndRate(judge, pair)));
  }
  for (const verdict of judged) process.stdout.write(`${JSON.stringify(await verdict)}\n`);
  await judges.onApplicationShutdown();
  await reading.onApplicationShutdown();
}

try {
  await judgePairs();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof EnvError || MissingSettingError.isInstance(error) ? USAGE : 1;
  process.exit();
}
