// CPU time that questions to a knowledge base take beside the model, which reads and says the same
// anyway: `npm run bench:questions -- <base.jsonl> <questions.jsonl> <model's folder>`.

import { readFileSync } from 'node:fs';
import { required } from '#collections/required.js';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { median } from '#metrics/statistics.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { encodeLinks } from '../services/inference/knowledge/encode-links.js';
import { QuestionedBase } from '../services/inference/knowledge/questioned-base.js';
import { ROW_TOKENS } from '../services/inference/knowledge/row-limits.js';

const [basePath, questionsPath, modelPath] = process.argv.slice(2);
if (!basePath || !questionsPath || !modelPath)
  throw new Error(
    'usage: npm run bench:questions -- <base.jsonl> <questions.jsonl> <model folder>',
  );

const CANDIDATES = 20;
const QUESTIONS = 100;

async function cpuOf<T>(work: () => T | Promise<T>): Promise<[ms: number, result: T]> {
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1e3, result];
}

const bytes = readFileSync(basePath);
const questions = readFileSync(questionsPath, 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { question: string }).question);
const tokenizer = await (await openCheckpoint(modelPath)).tokenizer();

const [loading, base] = await cpuOf(
  async () => new QuestionedBase((await readKnowledgeBase('base.jsonl', [bytes])).base),
);
const figures: Record<string, number[]> = { find: [], encode: [], links: [], tokens: [] };
const add = (name: string, figure: number): unknown => required(figures, name).push(figure);
for (const question of questions.slice(0, QUESTIONS)) {
  const [find, { candidates }] = await cpuOf(() =>
    base.candidates({ question, count: CANDIDATES }),
  );
  const [encode, all] = await cpuOf(() =>
    candidates.map((one) => encodeLinks(tokenizer, one, ROW_TOKENS)),
  );
  const lists = all.flatMap(({ links, rows }) => [...links, ...rows.map(({ tokens }) => tokens)]);
  add('find', find);
  add('encode', encode);
  add('links', all.flatMap(({ links }) => links).length);
  add('tokens', lists.flat().length);
}
console.log(`reading and indexing ${bytes.length} bytes: ${(loading / 1e3).toFixed(1)} s of CPU\n`);
console.log('| of a question | median | most |\n| --- | --- | --- |');
const row = (title: string, name: string): void => {
  const all = required(figures, name);
  console.log(`| ${title} | ${median(all).toFixed(1)} | ${Math.max(...all).toFixed(1)} |`);
};
row('finding candidates, ms of CPU', 'find');
row('encoding links and rows of all that were not asked after before, ms of CPU', 'encode');
row('links', 'links');
row('tokens', 'tokens');
