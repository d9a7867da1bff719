// npm run bench:gradients: seconds that the norms of gradients of so many answers take, next to the
// scores that an audit takes of the same answers anyhow; in turns.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { GenerationEngine } from '#generation/generation.js';
import type { ScoreKind } from '#generation/running/graphs.js';
import type { ScoreItem } from '#generation/running/score-batch.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { requireInputs } from './inputs.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/lethe-tiny' },
    data: { type: 'string', default: 'models/lethe-tiny/data/retain.jsonl' },
    questions: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
  },
});
const AT_ONCE = 4;

await requireInputs({ model: args.model, data: args.data });
const checkpoint = await openCheckpoint(args.model);
const tokenizer = await checkpoint.tokenizer();
const lines = (await readFile(args.data, 'utf8')).trim().split('\n');
const items = lines.slice(0, Number(args.questions)).map((line): ScoreItem => {
  const { question, answer } = JSON.parse(line) as { question: string; answer: string };
  const prompt = tokenizer.encodeChat([{ role: 'user', content: question }]);
  const { lead } = tokenizer.turn;
  return { prompt, completion: tokenizer.encodeSealed(lead + tokenizer.seal(answer)) };
});
const tokens = items.reduce((sum, item) => sum + item.prompt.length + item.completion.length, 0);
console.log(`${items.length} answers, ${tokens} tokens with their questions`);

const modelPath = args.model;
const limits = { threads: Number(args.threads), maxBatch: 8 };
const engine = await GenerationEngine.load({ modelPath, ...limits });
const adapter = 'adapter';
const random = tinyAdapter(checkpoint.config, { r: 16, alpha: 1 });
await engine.loadAdapter(adapter, writeAdapter(random));

async function timed(kind: ScoreKind, options: { adapter?: string }) {
  const [began, before] = [performance.now(), process.cpuUsage()];
  for (let at = 0; at < items.length; at += AT_ONCE)
    await engine.score(items.slice(at, at + AT_ONCE), { kind, ...options });
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 };
}

const table: object[] = [];
for (const [model, options] of [
  ['base', {}],
  ['adapter', { adapter }],
] as const)
  for (let round = 0; round <= Number(args.rounds); round++) {
    const [detail, gradient] = [await timed('detail', options), await timed('gradient', options)];
    // The first builds the graphs.
    if (round === 0) continue;
    table.push({
      model,
      'scores, s': detail.wall.toFixed(2),
      'CPU, s': detail.cpu.toFixed(2),
      'gradients, s': gradient.wall.toFixed(2),
      'their CPU, s': gradient.cpu.toFixed(2),
      times: (gradient.cpu / detail.cpu).toFixed(1),
    });
  }
console.table(table);
await engine.close();
