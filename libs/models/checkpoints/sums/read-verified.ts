// A model's files are those that its checksums name, or it is not loaded.

import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { hashFiles } from './hash-files.js';
import { readSums, SUMS } from './sums-file.js';

const WEIGHTS = /\.(safetensors|gguf)$/;

/**
 * What `read` has read of a model, once every file that SHA256SUMS lists has been hashed beside it.
 * @param path the model's folder, or a file in it
 * @throws CheckpointError naming the file that differs; what `read` throws
 */
export async function readVerified<T>(path: string, read: () => Promise<T>): Promise<T> {
  // Both to their end: nothing may go on reading for a caller that has given up.
  const [verified, result] = await Promise.allSettled([verify(await folderOf(path)), read()]);
  if (verified.status === 'rejected') throw verified.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** Files of weights that nothing is known of. */
export async function unlistedWeights(path: string): Promise<string[]> {
  const folder = await folderOf(path);
  const sums = await readSums(folder);
  return (await readdir(folder)).filter((file) => WEIGHTS.test(file) && !sums.has(file));
}

async function verify(folder: string): Promise<void> {
  const sums = await readSums(folder);
  const names = (await readdir(folder)).filter((file) => sums.has(file));
  if (names.length === 0) return;
  const hashes = await hashFiles(names.map((name) => join(folder, name)));
  for (const name of names) {
    const [path, expected] = [join(folder, name), sums.get(name)];
    const found = hashes.get(path);
    if (found !== expected)
      throw new CheckpointError(
        `${path} is damaged or another file: its SHA-256 is ${found}, ${SUMS} beside it says ${expected}: put the right file back, or its new SHA-256 into ${SUMS} where it was changed on purpose`,
      );
  }
}

async function folderOf(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? path : dirname(path);
}
