// A data folder is its owner's alone: keys, databases and logs lie in it.

import { chmodSync, mkdirSync } from 'node:fs';

/** From now on, what this process and its children make is for their user alone. */
export function makePrivate(folder: string): void {
  process.umask(0o077);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
}
