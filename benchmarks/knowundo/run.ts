// One recipe on a running platform: teaches the model its people unless that is done, unlearns, and
// prints the figures beside the expected ones. run.js <recipe>; exits 1 where one is outside.

import { join } from 'node:path';
import type { Summary } from '#contracts/artifacts.js';
import { projectRoot } from '#supervisor/layout.js';
import { tenantClient } from '../../cli/context.js';
import { exitCodes } from '../../cli/exit-codes.js';
import { figure, note, print, table } from '../../cli/output.js';
import { exitCodeOf } from '../exit-code.js';
import { compare } from '../expected.js';
import { jobOnce } from '../job-once.js';
import { lethe } from '../lethe.js';
import { readManifest } from '../manifest.js';
import { base } from '../model.js';

const recipeFile = (name: string): string =>
  join(projectRoot, 'benchmarks/knowundo', `${name}.json`);
const set = (name: string): string => `.lethe/knowundo/${name}.jsonl`;

/** The model that was taught all people. */
async function vanillaModel(): Promise<string> {
  const job = await jobOnce(tenantClient({}), 'kud', `teaching ${base} the people`, 'finetune', {
    model: base,
    data: set('full'),
    recipe: recipeFile('finetune'),
  });
  return job.fine_tuned_model!;
}

async function unlearn(model: string, name: string): Promise<Summary> {
  note(`unlearning from ${model} by ${name} ...`);
  const { summary } = await lethe<{ summary: { after: Summary } }>('unlearn', {
    model,
    recipe: recipeFile(name),
    suffix: name,
    forget: set('forget'),
    retain: set('retain'),
    'forget-eval': set('forget-eval'),
    'retain-eval': set('retain-eval'),
  });
  return summary.after;
}

const { expected: recipes } = await readManifest('knowundo');
const recipe = process.argv[2] ?? '';
const expected = recipes[recipe];
if (!expected) {
  note(`error: recipe "${recipe}": expected ${Object.keys(recipes).join(', ')}`);
  process.exit(exitCodes.usage);
}

try {
  const compared = compare(expected, await unlearn(await vanillaModel(), recipe));
  const rows = compared.map(({ value, expected: wanted, tolerance, ...rest }) => [
    rest.figure,
    ...[value, wanted, tolerance].map(figure),
    rest.within ? 'yes' : 'NO',
  ]);
  print(table(['figure', 'value', 'expected', 'tolerance', 'within'], rows));
  if (compared.some(({ within }) => !within)) process.exitCode = exitCodes.failed;
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
