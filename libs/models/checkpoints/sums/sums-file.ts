// The checksums of a model's files: SHA256SUMS beside them, as sha256sum writes and checks it.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { hashFiles } from './hash-files.js';

export const SUMS = 'SHA256SUMS';

const LINE = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/i;

/**
 * SHA-256 in hex by the names of files; empty where the folder has no list.
 * @throws CheckpointError naming the line that is none.
 */
export async function readSums(folder: string): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, SUMS);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new CheckpointError(`${path} cannot be read: ${error.message}`, { cause: error });
  });
  const sums = new Map<string, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [, sum, name] = LINE.exec(line) ?? [];
    if (sum !== undefined && name !== undefined) sums.set(name, sum.toLowerCase());
    else if (line.trim() !== '')
      throw new CheckpointError(
        `${path}: line ${i + 1}: expected a SHA-256 in hex, two spaces and the name of a file`,
      );
  }
  return sums;
}

/** Lists files of one folder. */
export async function writeSums(folder: string, files: readonly string[]): Promise<void> {
  const hashes = await hashFiles(files.map((file) => join(folder, file)));
  const lines = [...hashes].map(([path, hash]) => `${hash}  ${basename(path)}\n`);
  await writeFile(join(folder, SUMS), lines.join(''));
}
