// Data that is too large or not ours to commit: LETHE_DATA, else ../shared/data beside the checkout.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testEnv } from './env.js';

/** Holds a folder per data set. */
export const dataFolder = resolve(
  testEnv.LETHE_DATA ?? join(import.meta.dirname, '../../../../shared/data'),
);

/**
 * @returns the absolute path of a file or folder of the data, or null, after saying so, where it is
 * absent. Use: `const golden = sharedData('tofu-golden'); test.skipIf(!golden)(...)`.
 */
export function sharedData(path: string): string | null {
  const full = join(dataFolder, path);
  if (existsSync(full)) return full;
  console.warn(
    `skipped: there is no ${full}, so the tests on it do not run; LETHE_DATA names the folder that holds ${path}`,
  );
  return null;
}
