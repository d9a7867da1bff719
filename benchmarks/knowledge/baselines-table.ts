// Prints what linkers without a model make of the labelled questions: baselines-table.js [--data <folder>]

import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { reportError } from '../../cli/report-error.js';
import { findFile } from '../data.js';
import { readManifest } from '../manifest.js';
import { answersOf, linkers } from './baselines.js';
import { readLabelled } from './labelled.js';
import { systemsTable } from './table.js';

const { values: given } = parseArgs({ options: { data: { type: 'string' } } });

try {
  const manifest = await readManifest('knowledge');
  const find = (path: string) => findFile(manifest, path, { given: given.data });
  const stored = createReadStream(await find('cmekg/kb.jsonl'));
  const { base } = await readKnowledgeBase('kb.jsonl', stored);
  const questions = await readLabelled(await find('cmekg/questions.jsonl'));
  const systems = Object.entries(linkers).map(([name, linkerOf]) => ({
    name,
    answers: answersOf(base, linkerOf(base), questions),
  }));
  console.log(systemsTable(systems));
} catch (error) {
  process.exitCode = reportError(error, false);
}
