// TOFU on a running platform: teaches a model the forget and the retain set, and another the retain
// set alone, unlearns by the recipes named, and prints their figures as a table beside those that
// open-unlearning published. run.js [<recipe>...]; what an earlier run has done is not done again.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '#supervisor/layout.js';
import { tenantClient } from '../../cli/context.js';
import { note, print } from '../../cli/output.js';
import { exitCodeOf } from '../exit-code.js';
import { jobOnce } from '../job-once.js';
import { base } from '../model.js';
import { evaluate } from './evaluate.js';
import { tofuTable } from './table.js';

const { values, positionals: recipes } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string', default: '.lethe/tofu' },
    limit: { type: 'string' },
    'max-tokens': { type: 'string', default: '200' },
    seed: { type: 'string', default: '0' },
  },
});
const recipe = (name: string): string => join(projectRoot, 'benchmarks/tofu', `${name}.json`);
const set = (name: string): string => join(values.sets, `${name}.jsonl`);

const client = tenantClient({});

/** Told from those of other benchmarks on the same platform. */
const suffixOf = (name: string): string => `tofu-${name}`;

async function taught(name: 'full' | 'retain'): Promise<string> {
  const told = `teaching ${base} the ${name} set`;
  const job = await jobOnce(client, suffixOf(name), told, 'finetune', {
    model: base,
    data: set(name),
    recipe: recipe('finetune'),
    seed: values.seed,
  });
  return job.fine_tuned_model!;
}

async function unlearned(model: string, name: string): Promise<string> {
  const told = `unlearning from ${model} by ${name}`;
  const job = await jobOnce(client, suffixOf(name), told, 'unlearn', {
    model,
    recipe: recipe(name),
    forget: set('forget'),
    retain: set('retain'),
    seed: values.seed,
  });
  return job.fine_tuned_model!;
}

try {
  const models = new Map([
    ['full', await taught('full')],
    ['retain', await taught('retain')],
  ]);
  for (const name of recipes) models.set(name, await unlearned(models.get('full')!, name));
  note(`evaluating ${models.size} models ...`);
  const { id, logs } = await evaluate(client, [...models.values()], {
    data: values.sets,
    maxTokens: Number(values['max-tokens']),
    ...(values.limit === undefined ? {} : { limit: Number(values.limit) }),
  });
  note(
    `run ${id}: its logs by \`lethe eval compare ${id} --format open-unlearning --out <folder>\``,
  );
  print(tofuTable([...models].map(([name, model]) => [name, logs.get(model)!] as const)));
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
