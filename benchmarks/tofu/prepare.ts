// Writes what the recipes take: a number of TOFU's authors as sets to teach, to forget and to keep,
// what they are measured on, and the base model. prepare.js [--data <folder with TOFU's files>]

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportError } from '../../cli/report-error.js';
import { findFile } from '../data.js';
import { readManifest } from '../manifest.js';
import { writeModel } from '../model.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    authors: { type: 'string', default: '5' },
    out: { type: 'string', default: '.lethe/tofu' },
    models: { type: 'string', default: '.lethe/models' },
  },
});

/** TOFU asks so many questions about each author, one author after the other. */
const QUESTIONS = 20;
const rows = Number(values.authors) * QUESTIONS;

const manifest = await readManifest('tofu');
const read = async (file: string): Promise<string[]> => {
  const path = await findFile(manifest, `${file}.json`, { given: values.data });
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
};

async function write(name: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(values.out, `${name}.jsonl`), lines.map((line) => `${line}\n`).join(''));
  console.log(`${name}: ${lines.length} rows`);
}

/** TOFU's retain set is measured on the first rows of retain90, in the same order. */
async function writeSets(): Promise<void> {
  await mkdir(values.out, { recursive: true });
  const forget = (await read('forget10')).slice(0, rows);
  const retain = (await read('retain90')).slice(0, rows);
  await write('forget', forget);
  await write('retain', retain);
  await write('full', [...forget, ...retain]);
  await write('forget-eval', (await read('forget10_perturbed')).slice(0, rows));
  await write('retain-eval', (await read('retain_perturbed')).slice(0, rows));
  await write('authors', await read('real_authors_perturbed'));
  await write('facts', await read('world_facts_perturbed'));
}

try {
  // Data first: it is small, and what most often is missing.
  await writeSets();
  const knowundo = await readManifest('knowundo');
  const gguf = await findFile(knowundo, 'model.gguf');
  console.log(`model: ${await writeModel(gguf, values.models)}`);
} catch (error) {
  process.exitCode = reportError(error, false);
}
