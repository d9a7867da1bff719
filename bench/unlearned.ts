// npm run bench:unlearned: KFR and KRR of an unlearned model served in float32, in 8 and in 4 bits, by
// the judge `lexical`. Without --adapter the demo's request is carried out first, by a platform that
// then still runs (make demo-stop ends it). Exits 1 where a precision is more than .03 from float32.

import { setMaxListeners } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { type Example, saidBefore } from '#contracts/examples.js';
import { servedPrecisions, type ServedPrecision } from '#contracts/served-precision.js';
import { GenerationEngine } from '#generation/generation.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { ratio } from '#metrics/knowledge.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { AdapterFiles } from '#models/types.js';
import { clientEnv } from '#supervisor/env.js';
import { watchJob } from '../cli/watch-job.js';
import { demoTenant, runningPlatform } from '../scripts/demo/platform.js';
import { demoRequest } from '../scripts/demo/request.js';
import { Reading } from '../services/evaluation/reading/reading.js';
import { requireInputs } from './inputs.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/lethe-tiny' },
    /** A folder as PEFT has it. */
    adapter: { type: 'string' },
    forget: { type: 'string', default: 'models/lethe-tiny/data/forget-eval.jsonl' },
    retain: { type: 'string', default: 'models/lethe-tiny/data/retain-eval.jsonl' },
    tokens: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const BAR = 0.03;
const NAME = 'unlearned';

async function unlearned(): Promise<AdapterFiles> {
  const env = clientEnv();
  const { client } = await demoTenant(env, await runningPlatform(env));
  const job = await watchJob(client, (await client.createJob(await demoRequest(client))).id);
  return client.modelFiles(job.fine_tuned_model ?? '');
}

async function filesOf(folder: string): Promise<AdapterFiles> {
  const names = await readdir(folder);
  const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(files));
}

await requireInputs({ model: args.model, data: args.forget });
const tokenizer = await (await openCheckpoint(args.model)).tokenizer();
const sets = await Promise.all(
  (['forget', 'retain'] as const).map(async (set) => ({
    set,
    examples: parseDataset(await readFile(args[set], 'utf8')).map(({ example }) => example),
  })),
);
const reading = new Reading();
const { signal } = new AbortController();
setMaxListeners(0, signal);
const judge = reading.judge(signal);

async function answerOf(engine: GenerationEngine, { messages }: Example, adapter?: string) {
  const [prompt, maxTokens] = [tokenizer.encodeChat(messages), Number(args.tokens)];
  const request = { prompt, maxTokens, temperature: 0, ...(adapter ? { adapter } : {}) };
  let [answer, cut] = ['', false];
  for await (const { text, finishReason } of engine.generate(request)) {
    answer += text;
    cut = finishReason === 'length';
  }
  return { answer, cut };
}

/** Shares of verdicts that hold: KFR of the forget set, KRR of the retain set. */
async function shares(engine: GenerationEngine, adapter?: string) {
  return Promise.all(
    sets.map(async ({ set, examples }) => {
      const verdicts = examples.map(async (example) => {
        const said = await answerOf(engine, example, adapter);
        const asked = { set, question: saidBefore(example), gold: example.answer };
        return (await judgeAnswer(judge, { ...asked, ...said })).verdict;
      });
      return ratio(await Promise.all(verdicts)) ?? Number.NaN;
    }),
  );
}

async function measure(precision: ServedPrecision, adapter: AdapterFiles) {
  const engine = await GenerationEngine.load({
    modelPath: args.model,
    threads: Number(args.threads),
    maxBatch: 8,
    precision,
  });
  await engine.loadAdapter(NAME, adapter);
  const [baseKfr, baseKrr] = await shares(engine);
  const [kfr, krr] = await shares(engine, NAME);
  await engine.close();
  return { precision, kfr: kfr!, krr: krr!, baseKfr: baseKfr!, baseKrr: baseKrr! };
}

const adapter = args.adapter ? await filesOf(args.adapter) : await unlearned();
const rows = [];
for (const precision of servedPrecisions) rows.push(await measure(precision, adapter));
await reading.onApplicationShutdown();
if (args.json) console.log(JSON.stringify(rows));
else console.table(rows);
const [exact] = rows;
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= BAR;
if (!rows.every(({ kfr, krr }) => isNear(kfr, exact!.kfr) && isNear(krr, exact!.krr)))
  process.exitCode = 1;
