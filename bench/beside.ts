// npm run bench:beside: the time between a stream's tokens alone, beside a Score call of another owner,
// and beside long prompts; and how long a short answer takes behind sixty long ones.

import { GenerationEngine } from '#generation/generation.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';

const MODEL = 'models/lethe-tiny';
const PLACES = { prompt: 20, long: 480, flood: 60 };

// The engine's thread does not keep a process alive.
setInterval(() => undefined, 60_000);
const { config } = await openCheckpoint(MODEL);
const engine = await GenerationEngine.load({ modelPath: MODEL, threads: 1, maxBatch: 8 });
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
  const gaps = (await answer('stream', ids(PLACES.prompt, 1), 200)).slice(1);
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
const over = new AbortController();
const prompts = (async () => {
  for (let i = 0; !over.signal.aborted; i++) await answer('prompts', ids(PLACES.long, i), 1);
})();
rows.push(await stream(`prompts of ${PLACES.long} tokens`));
over.abort();
await prompts;
console.log("ms between a stream's tokens, beside");
console.table(rows);

const seconds = async (work: () => Promise<unknown>): Promise<string> => {
  const start = performance.now();
  await work();
  return ((performance.now() - start) / 1000).toFixed(2);
};
const short = () => answer('short', ids(PLACES.prompt, 5), 3);
const alone = await seconds(short);
const flood = Array.from({ length: PLACES.flood }, (_, i) =>
  answer('flood', ids(PLACES.prompt, i), 200),
);
const behind = await seconds(short);
const all = await seconds(() => Promise.all(flood));
console.log(
  `seconds of a short answer: ${alone} alone, ${behind} behind ${PLACES.flood} long ones of another owner, which take ${all} more`,
);
await engine.close();
process.exit(0);
