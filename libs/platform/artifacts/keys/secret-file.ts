// Secrets in files of their own, which their owner alone may read.

import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UnusableSecretError } from '../../errors/unusable-secret.error.js';
import { makeFolder, syncPath, writeSynced } from '../blobs/durable-file.js';
import { isTaken } from '../blobs/file-errors.js';

/** Whole or not at all, and durable. @returns false, and changes nothing, where the file exists. */
export async function createSecretFile(path: string, text: string): Promise<boolean> {
  const half = `${path}.${randomUUID()}`;
  await makeFolder(dirname(path));
  try {
    await writeSynced(half, [Buffer.from(text)], rethrow);
    await link(half, path);
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await rm(half, { force: true });
  }
  await syncPath(dirname(path));
  return true;
}

function rethrow(error: unknown): never {
  throw error;
}

/** @throws UnusableSecretError where it is missing, or where others than its owner may read it. */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new UnusableSecretError(`${path} cannot be read`, { cause: error });
  });
  try {
    const mode = (await file.stat()).mode & 0o777;
    if (mode & 0o077)
      throw new UnusableSecretError(
        `${path} has the mode ${mode.toString(8)}: expected 600, so that its owner alone can read it (chmod 600)`,
      );
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
