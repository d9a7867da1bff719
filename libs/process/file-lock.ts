// A lock on a file that the kernel holds for a process, in whichever container and with whichever
// process id: it ends with the process, and network file systems know it too.

import { open } from 'node:fs/promises';

/** Of flock(2), on Linux and macOS alike: exclusive, and no waiting. */
const LOCK_EX_NB = 2 | 4;

export interface FileLock {
  release(): Promise<void>;
}

/**
 * @param path of a file, made where there is none, which stays.
 * @returns null where another holds it.
 */
export async function lockFile(path: string): Promise<FileLock | null> {
  const { default: koffi } = await import('koffi');
  const flock = koffi.load(null).func('int flock(int, int)') as (fd: number, how: number) => number;
  const file = await open(path, 'a');
  if (flock(file.fd, LOCK_EX_NB) === 0) return { release: () => file.close() };
  await file.close();
  return null;
}
