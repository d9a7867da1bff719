// npm run test:faults -- [--seed N] [--jobs COUNT] [--seconds N] [--only gateway,redis]: short jobs of
// three tenants while every process is killed and stopped. Ends with 1 where a promise is broken, and
// keeps the logs then.

import { parseArgs } from 'node:util';
import { runFaults } from './run.js';
import { tell } from './tell.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '200' },
    /** Time of faults; what is left of ten minutes is for what they have delayed. */
    seconds: { type: 'string', default: '330' },
    /** Nothing else is struck; `none`: nothing at all. */
    only: { type: 'string' },
  },
});
const run = await runFaults({
  seed: Number(values.seed),
  jobs: Number(values.jobs),
  seconds: Number(values.seconds),
  only: values.only?.split(','),
});
process.exitCode = tell(run) ? 0 : 1;
