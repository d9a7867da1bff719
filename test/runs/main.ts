// npm run test:runs -- [--adapters N] [--tasks N] [--seed N] [--undisturbed]: one evaluation run of
// many adapters undisturbed, again in other pieces while processes are killed (--undisturbed: not
// so), and once cancelled. Ends with 1 where the two differ in a byte, or anything goes on after the
// cancellation.

import { parseArgs } from 'node:util';
import { askedTasks } from './asked.js';
import { runRuns } from './run.js';
import { tell } from './tell.js';

const { values } = parseArgs({
  options: {
    adapters: { type: 'string', default: '200' },
    /** The first of them. */
    tasks: { type: 'string', default: '2' },
    seed: { type: 'string', default: '0' },
    undisturbed: { type: 'boolean', default: false },
  },
});
const run = await runRuns({
  seed: Number(values.seed),
  adapters: Number(values.adapters),
  tasks: askedTasks.slice(0, Number(values.tasks)),
  undisturbed: values.undisturbed,
});
process.exitCode = tell(run) ? 0 : 1;
