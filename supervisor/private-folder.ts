// A data folder is its owner's alone: keys, databases and logs lie in it.

import { chmodSync } from 'node:fs';
import { makeFolder } from './atomic-file.js';

/** From now on, what this process and its children make is for their user alone. */
export function makePrivate(folder: string): void {
  process.umask(0o077);
  makeFolder(folder);
  chmodSync(folder, 0o700);
}
