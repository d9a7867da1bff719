// Benchmark data beside the checkout (../shared/data): used where it is, and said where it is not.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * @returns the absolute path of a file or folder under ../shared/data, or null, after saying so,
 * where it is absent. Use: `const golden = sharedData('tofu-golden'); it.skipIf(!golden)(...)`.
 */
export function sharedData(path: string): string | null {
  const full = resolve(import.meta.dirname, '../../../../shared/data', path);
  if (existsSync(full)) return full;
  console.warn(`skipped: ${full} is not there, so the tests on it do not run`);
  return null;
}
