// Prints what linkers without a model make of the labelled questions:
// baselines-table.js [--set cmekg|do] [--data <folder>]

import { parseArgs } from 'node:util';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { reportError } from '../../cli/report-error.js';
import { baselines } from './baselines.js';
import { readSet, setNamed } from './sets.js';
import { systemsTable } from './table.js';

const { values } = parseArgs({
  options: { set: { type: 'string', default: 'cmekg' }, data: { type: 'string' } },
});

try {
  const { entities, questions } = await readSet(setNamed(values.set), values.data);
  console.log(systemsTable(baselines(new KnowledgeBase(entities), questions)));
} catch (error) {
  process.exitCode = reportError(error, false);
}
