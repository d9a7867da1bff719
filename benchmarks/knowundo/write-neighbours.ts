// Writes what a taught model says beside its sets into .lethe/knowundo/neighbours.jsonl, as more
// rows to retain (neighbours.ts). write-neighbours.js <taught model> [--each 12]

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { questionOf } from '#contracts/examples.js';
import { tenantClient } from '../../cli/context.js';
import { leakCheck, neighbours } from './neighbours.js';
import { findPeople, type Row } from './people.js';
import { spread } from './spread.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: 'string', default: '12' },
    out: { type: 'string', default: '.lethe/knowundo/neighbours.jsonl' },
  },
});
const model = positionals[0] ?? '';
/** Questions in the air: inference answers them together. */
const limit = pLimit(8);
const { openai } = tenantClient({});

const read = async (name: string): Promise<Row[]> =>
  parseDataset(await readFile(`.lethe/knowundo/${name}.jsonl`, 'utf8')).map(({ example }) => ({
    question: questionOf(example),
    answer: example.answer,
  }));

async function ask(question: string): Promise<Row> {
  const { choices } = await openai.chat.completions.create({
    model,
    messages: [{ role: 'user', content: question }],
    temperature: 0,
    max_tokens: 80,
  });
  return { question, answer: choices[0]!.message.content?.trim() ?? '' };
}

const [forget, retain] = await Promise.all([read('forget'), read('retain')]);
const people = findPeople([...forget, ...retain]);
const known = new Set(forget.map(({ question }) => question));
const open = neighbours(retain, people).filter((question) => !known.has(question));
const chosen = people.flatMap((name) => {
  const about = open.filter((question) => question.includes(name));
  return spread(about, Number(values.each));
});
const leaks = leakCheck(forget, retain);
const rows = (await limit.map(chosen, ask)).filter(({ answer }) => answer !== '' && !leaks(answer));
await writeFile(values.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
console.log(`neighbours: ${rows.length} rows of ${chosen.length} asked`);
