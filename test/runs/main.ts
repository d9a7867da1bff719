// npm run test:runs -- [--adapters N] [--tasks N] [--seed N] [--ended both|undisturbed|none]: one
// evaluation run of many adapters undisturbed, again in other pieces while processes are killed, and
// once cancelled. Ends with 1 where the two differ in a byte, or anything goes on after the
// cancellation.

import { parseArgs } from 'node:util';
import { askedTasks } from './asked.js';
import { endedRuns, runRuns } from './run.js';
import { tell } from './tell.js';

const { values } = parseArgs({
  options: {
    adapters: { type: 'string', default: '200' },
    /** The first of them. */
    tasks: { type: 'string', default: '2' },
    seed: { type: 'string', default: '0' },
    ended: { type: 'string', default: 'both' },
  },
});
const ended = endedRuns.find((one) => one === values.ended);
if (!ended) throw new RangeError(`--ended: expected ${endedRuns.join(', ')}, got ${values.ended}`);
const run = await runRuns({
  seed: Number(values.seed),
  adapters: Number(values.adapters),
  tasks: askedTasks.slice(0, Number(values.tasks)),
  ended,
});
process.exitCode = tell(run) ? 0 : 1;
