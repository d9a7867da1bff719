// Finds the files of a benchmark: where they were given, else beside the checkout, else where they
// were fetched before, else at their source. Their checksums say that they are the same everywhere.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataFolder } from '#testing/shared-data.js';
import { DataError } from './data-error.js';
import type { DataFile, Manifest } from './manifest.js';
import { describeSource, fetchSource } from './source.js';

export interface Places {
  /** The benchmark's own folder, as given on the command line. */
  readonly given?: string | undefined;
  /** Folders that hold a folder per benchmark: one that people fill, and one for what is fetched. */
  readonly shared?: string;
  readonly fetched?: string;
}

/**
 * @returns the path of a file with the bytes that the manifest names.
 * @throws DataError where a file that was found has other bytes, or none is found or fetched.
 */
export async function findFile(
  { name, folder = name, files }: Manifest,
  path: string,
  { given, shared = dataFolder, fetched = '.lethe/data' }: Places = {},
): Promise<string> {
  const file = files.find((one) => one.path === path);
  if (!file) throw new DataError(`the manifest of ${name} has no file ${path}`);
  const kept = join(fetched, folder);
  const folders = [...(given === undefined ? [] : [given]), join(shared, folder), kept];
  const found = folders.map((one) => join(one, path)).find((one) => existsSync(one));
  if (found === undefined) return fetchFile(folder, file, folders, join(kept, path));
  await checkBytes(found, file);
  return found;
}

async function fetchFile(
  folder: string,
  file: DataFile,
  folders: readonly string[],
  target: string,
): Promise<string> {
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await fetchSource(file.source, partial);
  } catch (error) {
    throw new DataError(
      `${file.path} of ${folder} is not in ${folders.join(', ')}, and ${describeSource(file.source)} cannot be fetched (${(error as Error).message}): give the folder that holds it with --data, or the folder around ${folder}/ with LETHE_DATA; expected ${file.bytes} bytes with SHA-256 ${file.sha256}`,
      { cause: error },
    );
  }
  await checkBytes(partial, file);
  await rename(partial, target);
  return target;
}

async function checkBytes(path: string, { source, sha256 }: DataFile): Promise<void> {
  const found = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (found !== sha256)
    throw new DataError(
      `${path} has SHA-256 ${found}, expected ${sha256}, that of ${describeSource(source)}`,
    );
}
