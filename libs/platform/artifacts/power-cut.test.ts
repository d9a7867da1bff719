// What is stored is on the disk when the call resolves, its names and keys included.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { canTrace, unflushed } from '#testing/unflushed.js';

const folder = useTempFolder();

test.runIf(canTrace())('nothing of an artifact or its keys is left to be flushed', async () => {
  const home = join(folder.path, 'home');
  const dirty = await unflushed(new URL('./testing/put-one.js', import.meta.url), [home]);
  // Names of what is half-written, which are needed by nobody.
  const left = [...dirty].filter((path) => path.startsWith(home) && !path.includes('/~writing'));
  expect(left).toEqual([]);
});
