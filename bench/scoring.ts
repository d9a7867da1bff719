// npm run bench:scoring: CPU time of TOFU's scorings of one adapter in calls of 32 items, whose
// common beginnings are read once, and in 32 calls at a time, next to one call after the other; in
// turns.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { zip } from '#collections/zip.js';
import { GenerationEngine } from '#generation/generation.js';
import type { ScoreItem } from '#generation/running/score-batch.js';
import type { Score } from '#generation/running/score.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { sharedData } from '#testing/shared-data.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { requireInputs } from './inputs.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: '.lethe/models/smollm2-135m-instruct' },
    every: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
  },
});
const [every, rounds, threads] = [args.every, args.rounds, args.threads].map(Number) as [
  number,
  number,
  number,
];
const FILES = ['forget10', 'retain', 'real_authors', 'world_facts'];
const AT_ONCE = 32;

interface Question {
  readonly question: string;
  readonly answer: string;
  readonly paraphrased_answer?: string;
  readonly perturbed_answer: readonly string[];
}

const folder = sharedData('tofu');
if (!folder) process.exit(0);
await requireInputs({ model: args.model, data: folder });
const checkpoint = await openCheckpoint(args.model);
const tokenizer = await checkpoint.tokenizer();
const questions: Question[] = [];
for (const file of FILES) {
  const lines = await readFile(join(folder, `${file}_perturbed.json`), 'utf8');
  questions.push(
    ...lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Question),
  );
}
const items = questions
  .filter((_, i) => i % every === 0)
  .flatMap(({ question, answer, paraphrased_answer: paraphrase, perturbed_answer: wrong }) => {
    const prompt = tokenizer.encodeChat([{ role: 'user', content: question }]);
    return [answer, paraphrase ?? [], wrong].flat().map((text): ScoreItem => {
      const completion = tokenizer.encodeSealed(tokenizer.turn.lead + tokenizer.seal(text));
      return { prompt, completion };
    });
  });
const tokens = items.reduce((sum, item) => sum + item.prompt.length + item.completion.length, 0);
console.log(`${items.length} scorings of ${tokens} tokens, adapter of rank 32`);

const engine = await GenerationEngine.load({ modelPath: args.model, threads, maxBatch: 16 });
const adapter = 'adapter';
await engine.loadAdapter(
  adapter,
  writeAdapter(tinyAdapter(checkpoint.config, { r: 32, alpha: 1 })),
);

type Way = (some: readonly ScoreItem[]) => Promise<Score[]>;
const inOneCall: Way = (some) => engine.score(some, { adapter });
const inCallsAtOnce: Way = async (some) =>
  (await Promise.all(some.map((item) => inOneCall([item])))).flat();

/** Log-probabilities of all items, and the seconds of CPU that they took. */
async function timed(atOnce: number, way: Way): Promise<{ sums: number[]; seconds: number }> {
  const sums: number[] = [];
  const before = process.cpuUsage();
  for (let at = 0; at < items.length; at += atOnce)
    for (const { sum } of await way(items.slice(at, at + atOnce))) sums.push(sum);
  const { user, system } = process.cpuUsage(before);
  return { sums, seconds: (user + system) / 1e6 };
}

await inOneCall(items.slice(0, AT_ONCE));
const table: object[] = [];
for (let round = 0; round < rounds; round++) {
  const alone = await timed(1, inOneCall);
  const together = await timed(AT_ONCE, inOneCall);
  const atOnce = await timed(AT_ONCE, inCallsAtOnce);
  const sums = zip(alone.sums, together.sums, atOnce.sums);
  const ratio = ({ seconds }: { seconds: number }): string => (alone.seconds / seconds).toFixed(2);
  table.push({
    'one after the other, s': alone.seconds.toFixed(2),
    [`${AT_ONCE} a call, s`]: together.seconds.toFixed(2),
    [`${AT_ONCE} calls at once, s`]: atOnce.seconds.toFixed(2),
    ratios: `${ratio(together)}, ${ratio(atOnce)}`,
    'largest difference': Math.max(...sums.map((all) => Math.max(...all) - Math.min(...all))),
  });
}
console.table(table);
await engine.close();
