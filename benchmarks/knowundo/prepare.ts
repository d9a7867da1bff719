// Writes what the recipes take: KnowUnDo's privacy set for a number of its people as five files,
// questions about others as a holdout, and the base model. prepare.js [--data <folder of the five files and the model>]

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { questionOf } from '#contracts/examples.js';
import { reportError } from '../../cli/report-error.js';
import { findFile } from '../data.js';
import { readManifest } from '../manifest.js';
import { writeModel } from '../model.js';
import { findPeople, mentionsOneOf, type Row } from './people.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    people: { type: 'string', default: '16' },
    /** So many others first: whom one search chose by, another run is to be judged without. */
    skip: { type: 'string', default: '0' },
    out: { type: 'string', default: '.lethe/knowundo' },
    models: { type: 'string', default: '.lethe/models' },
  },
});

/**
 * Our file, and the benchmark's own split that it is taken from. The runs judge on the *_val
 * questions, as ReLearn's scripts do.
 */
const splits = {
  full: 'full',
  forget: 'unlearn_train',
  retain: 'retention_train',
  'forget-eval': 'unlearn_val',
  'retain-eval': 'retention_val',
};

const manifest = await readManifest('knowundo');
const find = (path: string) => findFile(manifest, path, { given: values.data });
const read = async (split: string): Promise<Row[]> =>
  parseDataset(await readFile(await find(`${split}.json`), 'utf8')).map(({ example }) => ({
    question: questionOf(example),
    answer: example.answer,
  }));

async function writeSets(): Promise<void> {
  const everyone = findPeople(await read(splits.full));
  const from = Number(values.skip);
  const people = everyone.slice(from, from + Number(values.people));
  const others = everyone.filter((name) => !people.includes(name));
  await mkdir(values.out, { recursive: true });
  for (const [name, split] of Object.entries(splits))
    await writeRows(name, (await read(split)).filter(mentionsOneOf(people)));
  await writeRows('holdout', await holdoutOf(people, others));
  console.log(`people (${people.length}): ${people.join(', ')}`);
}

/**
 * As many questions of the forget set's kind as it has, each once, about people whom no model is
 * taught.
 */
async function holdoutOf(people: readonly string[], others: readonly string[]): Promise<Row[]> {
  const rows = [...(await read(splits.forget)), ...(await read(splits['forget-eval']))];
  const isOurs = mentionsOneOf(people);
  const ofOthers = rows.filter((row) => mentionsOneOf(others)(row) && !isOurs(row));
  const once = new Map(ofOthers.map((row) => [row.question, row]));
  return [...once.values()].slice(0, rows.filter(isOurs).length);
}

async function writeRows(name: string, rows: readonly Row[]): Promise<void> {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(values.out, `${name}.jsonl`), lines.join(''));
  console.log(`${name}: ${rows.length} rows`);
}

try {
  // Data first: it is small, and what most often is missing.
  await writeSets();
  console.log(`model: ${await writeModel(await find('model.gguf'), values.models)}`);
} catch (error) {
  process.exitCode = reportError(error, false);
}
