// What a container runs: its first word names a service or a command, which then is this very
// process, so that the container's signals reach it.

import { join } from 'node:path';

const programs = new Map([
  ['gateway', 'services/gateway/main.js'],
  ['augmentation', 'services/augmentation/main.js'],
  ['training', 'services/training/main.js'],
  ['inference', 'services/inference/main.js'],
  ['evaluation', 'services/evaluation/main.js'],
  ['migrate', 'services/gateway/migrate.main.js'],
  ['lethe', 'cli/main.js'],
]);

const USAGE = 2;
const [word = '', ...args] = process.argv.slice(2);
const program = programs.get(word);
if (!program) {
  const expected = [...programs.keys()].join(', ');
  console.error(`error: ${JSON.stringify(word)} is nothing to run: expected one of ${expected}`);
  process.exit(USAGE);
}

// A container's first process is not ended by a signal that it does not handle. A service handles
// both once it has loaded; until then, and for the command, this is what ends it.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(status);
  });

const script = join(import.meta.dirname, '..', program);
process.argv = [process.execPath, script, ...args];
await import(script);
