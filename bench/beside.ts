// npm run bench:beside: the time between a stream's tokens alone, beside a Score call of another owner,
// and beside long prompts; how fast prompts are read where nothing else is; and how long a short answer
// takes behind sixty long ones. --shape takes random weights of that shape.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ServedPrecision, servedPrecisions } from '#contracts/served-precision.js';
import { GenerationEngine } from '#generation/generation.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeRandomModel } from './random-model.js';
import { shapes } from './shapes.js';

const { values: args } = parseArgs({
  options: {
    shape: { type: 'string' },
    precision: { type: 'string', default: servedPrecisions[0] },
    tokens: { type: 'string', default: '200' },
    threads: { type: 'string', default: '1' },
    flood: { type: 'string', default: '60' },
  },
});
const TOKENS = Number(args.tokens);
const PLACES = { prompt: 20, long: [480, 2000], flood: Number(args.flood) };

const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
let modelPath = 'models/lethe-tiny';
if (args.shape) {
  modelPath = join(folder, 'model');
  await writeRandomModel(modelPath, shapes[args.shape as keyof typeof shapes], 'F16');
}
// The engine's thread does not keep a process alive.
setInterval(() => undefined, 60_000);
const { config } = await openCheckpoint(modelPath);
const engine = await GenerationEngine.load({
  modelPath,
  threads: Number(args.threads),
  maxBatch: 8,
  precision: args.precision as ServedPrecision,
});
const ids = (length: number, from: number): number[] =>
  Array.from({ length }, (_, i) => (from + 7 * i) % config.vocabSize);

async function answer(owner: string, prompt: readonly number[], maxTokens: number) {
  const gaps: number[] = [];
  let last = performance.now();
  const asked = { prompt, maxTokens, owner, ignoreEos: true, temperature: 1, seed: 3 };
  for await (const _ of engine.generate(asked)) {
    gaps.push(performance.now() - last);
    last = performance.now();
  }
  return gaps;
}

async function stream(beside: string) {
  const gaps = (await answer('stream', ids(PLACES.prompt, 1), TOKENS)).slice(1);
  gaps.sort((a, b) => a - b);
  const at = (share: number): string => gaps[Math.floor(share * (gaps.length - 1))]!.toFixed(1);
  return { beside, median: at(0.5), p90: at(0.9), longest: at(1) };
}

const items = Array.from({ length: 400 }, (_, i) => ({
  prompt: ids(PLACES.prompt, i),
  completion: ids(60, i + 1),
}));
const rows = [];
await stream('warm-up');
await engine.score(items.slice(0, 40));
rows.push(await stream('nothing'));
const left = new AbortController();
const scoring = engine
  .score(items, { owner: 'scores', signal: left.signal })
  .catch(() => undefined);
rows.push(await stream('a Score call of 400 items'));
left.abort();
await scoring;
const lengths = PLACES.long.filter((length) => length < engine.maxContext);
for (const length of lengths) {
  const over = new AbortController();
  const prompts = (async () => {
    for (let i = 0; !over.signal.aborted; i++) await answer('prompts', ids(length, i), 1);
  })();
  rows.push(await stream(`prompts of ${length} tokens`));
  over.abort();
  await prompts;
}
console.log("ms between a stream's tokens, beside");
console.table(rows);

const speeds = [];
for (const length of lengths) {
  const taken = [];
  for (let i = 0; i < 3; i++) taken.push((await answer('alone', ids(length, i), 1))[0]!);
  taken.sort((a, b) => a - b);
  speeds.push({ prompt: length, 'ms until its answer': taken[1]!.toFixed(0) });
}
console.log('prompts, where nothing else is, medians of 3');
console.table(speeds);

const seconds = async (work: () => Promise<unknown>): Promise<string> => {
  const start = performance.now();
  await work();
  return ((performance.now() - start) / 1000).toFixed(2);
};
const short = () => answer('short', ids(PLACES.prompt, 5), 3);
const alone = await seconds(short);
const flood = Array.from({ length: PLACES.flood }, (_, i) =>
  answer('flood', ids(PLACES.prompt, i), TOKENS),
);
const behind = await seconds(short);
const all = await seconds(() => Promise.all(flood));
console.log(
  `seconds of a short answer: ${alone} alone, ${behind} behind ${PLACES.flood} long ones of another owner, which take ${all} more`,
);
await engine.close();
process.exit(0);
