// npm run test:fuzz -- [--target NAME] [--seed N] [--inputs COUNT]: random inputs for every door, from
// fixed seeds. Ends with 1 where there is a finding.

import { parseArgs } from 'node:util';
import { targets } from './targets/index.js';
import { watch } from './watch.js';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    /** One input alone, or the first of --inputs. */
    seed: { type: 'string' },
    inputs: { type: 'string' },
  },
});
const chosen = targets.filter(({ name }) => name === (values.target ?? name));
if (chosen.length === 0)
  throw new Error(`--target: expected one of ${targets.map(({ name }) => name).join(', ')}`);

console.log('| target | inputs | accepted | findings | seconds |\n| --- | --- | --- | --- | --- |');
for (const { name, inputs } of chosen) {
  const from = Number(values.seed ?? 0);
  const count = Number(values.inputs ?? (values.seed === undefined ? inputs : 1));
  const started = performance.now();
  const { found, accepted } = await watch(name, from, from + count);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`| ${name} | ${count} | ${accepted} | ${found.length} | ${seconds} |`);
  for (const { seed, what } of found)
    console.error(`npm run test:fuzz -- --target ${name} --seed ${seed}\n${what}\n`);
  if (found.length > 0) process.exitCode = 1;
}
