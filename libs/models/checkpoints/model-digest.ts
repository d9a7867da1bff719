// Which model it was: one hash of all the files of its folder, as sha256sum tells it.

import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from './file-digest.js';

/**
 * SHA-256, in hex, of what `sha256sum *` prints in the folder: hidden files and folders are left
 * out. Reads all of it.
 */
export async function modelDigest(folder: string, signal?: AbortSignal): Promise<string> {
  const listing = createHash('sha256');
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, name);
    if (name.startsWith('.') || !(await stat(path)).isFile()) continue;
    listing.update(`${await fileDigest(path, signal)}  ${name}\n`);
  }
  return listing.digest('hex');
}
