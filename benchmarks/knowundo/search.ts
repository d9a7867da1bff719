// A search over recipes on a running platform: teaches the model and its reference, searches, and
// writes the table of each round as Markdown. search.js; what an earlier run has ended is not done again.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tenantClient } from '../../cli/context.js';
import { note } from '../../cli/output.js';
import { candidatesOf } from '../../cli/search/candidates.js';
import { stepsIn } from '../../cli/search/rounds.js';
import { roundHead, roundLines } from '../../cli/search/search-table.js';
import { type Plan, search } from '../../cli/search/search.js';
import { exitCodeOf } from '../exit-code.js';
import { heading, tableRow } from '../markdown.js';
import { base } from '../model.js';
import { recipe, type Run, setOf, taught } from './taught.js';

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: '.lethe/knowundo-search' },
    model: { type: 'string', default: base },
    recipes: { type: 'string', default: 'erase,relearn,npo' },
    vary: { type: 'string', multiple: true, default: [] },
    steps: { type: 'string', default: '24,48,96' },
    limit: { type: 'string' },
    'max-tokens': { type: 'string', default: '48' },
    /** Of the two that teach: to see the command run through. */
    epochs: { type: 'string' },
  },
});
const run: Run = {
  client: tenantClient({}),
  name: 'kuds',
  model: values.model,
  sets: values.sets,
  epochs: values.epochs,
};
const set = (name: string): string => setOf(run, name);

try {
  const plan: Plan = {
    model: await taught(run, 'full'),
    reference: await taught(run, 'retain'),
    candidates: candidatesOf(values.recipes.split(',').map(recipe), values.vary),
    steps: stepsIn(values.steps),
    of: 2,
    seed: 0,
    forget: set('forget'),
    retain: set('retain'),
    forgetEval: set('forget'),
    retainEval: set('retain'),
    attacks: ['first-three-words', 'first-quarter'],
    settings: {
      max_tokens: Number(values['max-tokens']),
      ...(values.limit ? { limit: Number(values.limit) } : {}),
    },
    atOnce: 1,
  };
  const found = await search(run.client, plan, note);
  const tables = found.rounds.map((round) =>
    [heading(roundHead(plan, round)), ...roundLines(plan, found, round).map(tableRow), ''].join(
      '\n',
    ),
  );
  const path = join(values.sets, 'search.md');
  await writeFile(path, tables.join('\n'));
  console.log(tables.join('\n'));
  note(`best: ${found.winner.candidate.name}; the tables are in ${path}`);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
