// A few seconds of the fuzzer: `npm run test:fuzz` is the whole of it.

import { expect, test } from 'vitest';
import { targets } from './targets/index.js';
import { watch } from './watch.js';

/** Those that need no services. */
const quick = targets.filter(({ name }) => name !== 'http' && name !== 'grpc');

test.each(quick)('$name takes 100 odd inputs', async ({ name }) => {
  expect((await watch(name, 0, 100)).found).toEqual([]);
});
