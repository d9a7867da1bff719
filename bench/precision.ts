// npm run bench:precision: perplexity of the project's own documentation by a model served in
// float32, in 8 and in 4 bits. Exits 1 where it rises by more than is asked of a precision.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { servedPrecisions, type ServedPrecision } from '#contracts/served-precision.js';
import { GenerationEngine } from '#generation/generation.js';
import type { ScoreItem } from '#generation/running/score-batch.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { requireInputs } from './inputs.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: '.lethe/models/smollm2-135m-instruct' },
    data: { type: 'string', default: 'docs/explanation' },
    tokens: { type: 'string', default: '8192' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
/** By how much perplexity may rise above float32's. */
const BARS: Readonly<Record<ServedPrecision, number>> = { float32: 0, int8: 0.005, int4: 0.03 };
const WINDOW = 512;

await requireInputs({ model: args.model, data: args.data });
const files = (await readdir(args.data)).filter((file) => file.endsWith('.md')).toSorted();
const tokenizer = await (await openCheckpoint(args.model)).tokenizer();
const text = (await Promise.all(files.map((file) => readFile(join(args.data, file), 'utf8')))).join(
  '\n',
);
const ids = tokenizer.encode(text).slice(0, Number(args.tokens));
const items: ScoreItem[] = [];
for (let at = 0; at + 1 < ids.length; at += WINDOW)
  items.push({ prompt: ids.slice(at, at + 1), completion: ids.slice(at + 1, at + WINDOW) });

async function measure(precision: ServedPrecision) {
  const engine = await GenerationEngine.load({
    modelPath: args.model,
    threads: Number(args.threads),
    maxBatch: 1,
    precision,
  });
  const scores = await engine.score(items);
  await engine.close();
  const tokens = items.reduce((sum, { completion }) => sum + completion.length, 0);
  return Math.exp(-scores.reduce((sum, score) => sum + score.sum, 0) / tokens);
}

const rows = [];
let exact = Number.NaN;
for (const precision of servedPrecisions) {
  const perplexity = await measure(precision);
  if (precision === 'float32') exact = perplexity;
  rows.push({ precision, perplexity, rise: perplexity / exact - 1, bar: BARS[precision] });
}
if (args.json) console.log(JSON.stringify(rows));
else console.table(rows);
if (rows.some(({ rise, bar }) => rise > bar)) process.exitCode = 1;
