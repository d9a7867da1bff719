// Secrets in files of their own, which their owner alone may read.

import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
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

/**
 * Whether others than the reader may read a file. One that is root's reaches another user by its
 * group alone: so Kubernetes mounts the secrets of a pod, whose group is no one else's.
 * @param reader user of this process.
 */
export const isShared = ({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, reader: number): boolean =>
  (mode & (uid === 0 && reader !== 0 ? 0o037 : 0o077)) !== 0;

/** @throws UnusableSecretError where it is missing, or where others than its owner may read it. */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new UnusableSecretError(`${path} cannot be read`, { cause: error });
  });
  try {
    const stats = await file.stat();
    const mode = stats.mode & 0o777;
    if (isShared(stats, process.getuid?.() ?? 0))
      throw new UnusableSecretError(
        `${path} has the mode ${mode.toString(8)}: expected 600, so that its owner alone can read it (chmod 600)`,
      );
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
