// Forgetting under attack, from prepared sets to the tables, on a running platform: teaches the model
// and its reference, the retain set alone, unlearns by every recipe with every seed, audits, and
// writes the tables as Markdown. results.js; what an earlier run has ended is not done again.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tenantClient } from '../../cli/context.js';
import { note } from '../../cli/output.js';
import { exitCodeOf } from '../exit-code.js';
import { jobOnce } from '../job-once.js';
import { base } from '../model.js';
import { type Audited, resultsTable } from './results-table.js';
import { recipe, type Run, setOf, suffixOf, taught, trainingOf } from './taught.js';

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: '.lethe/knowundo' },
    model: { type: 'string', default: base },
    recipes: { type: 'string', default: 'relearn,erase' },
    seeds: { type: 'string', default: '0' },
    audit: { type: 'string', default: 'full' },
    'max-tokens': { type: 'string', default: '48' },
    /** Of every training: to see the command run through. */
    epochs: { type: 'string' },
  },
});
const run: Run = {
  client: tenantClient({}),
  name: 'kud8',
  model: values.model,
  sets: values.sets,
  epochs: values.epochs,
};
const set = (name: string): string => setOf(run, name);

/** What was trained on and what was not, in one file: all of it is asked about. */
async function joinHeldOut(name: 'forget' | 'retain'): Promise<void> {
  const parts = await Promise.all([name, `${name}-eval`].map((one) => readFile(set(one), 'utf8')));
  await writeFile(set(`${name}-all`), parts.join(''));
}

async function unlearned(
  model: string,
  reference: string,
  name: string,
  seed: string,
): Promise<Audited> {
  const told = `unlearning from ${model} by ${name}, seed ${seed}`;
  const { id } = await jobOnce(run.client, suffixOf(run, `${name}-${seed}`), told, 'unlearn', {
    model,
    reference,
    recipe: recipe(name),
    forget: set('forget'),
    retain: set('retain'),
    'forget-eval': set('forget-all'),
    'retain-eval': set('retain-all'),
    holdout: set('holdout'),
    audit: values.audit,
    set: `evaluation.max_tokens=${values['max-tokens']}`,
    seed,
    ...trainingOf(run),
  });
  return { name: `${name}, seed ${seed}`, report: await run.client.report(id) };
}

try {
  await joinHeldOut('forget');
  await joinHeldOut('retain');
  const [full, reference] = [await taught(run, 'full'), await taught(run, 'retain-all')];
  const audited: Audited[] = [];
  for (const seed of values.seeds.split(','))
    for (const name of values.recipes.split(','))
      audited.push(await unlearned(full, reference, name, seed));
  const path = join(values.sets, 'results.md');
  const table = resultsTable(audited);
  await writeFile(path, table);
  console.log(table);
  note(`the tables are in ${path}`);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
