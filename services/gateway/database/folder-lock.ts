// Holds a folder for one process: two embedded databases on one folder would corrupt it.

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { FolderInUseError } from './folder-in-use.error.js';

export class FolderLock {
  private constructor(private readonly path: string) {}

  /**
   * @throws FolderInUseError while another living process holds the folder; a dead one's lock is
   * taken over.
   */
  static async take(folder: string): Promise<FolderLock> {
    const path = `${folder}.lock`;
    const holder = await takeFile(path);
    if (holder !== null) throw new FolderInUseError(folder, pidOf(holder));
    return new FolderLock(path);
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/**
 * Of those who find a dead one's lock, one succeeds it: whoever holds the file named after the dead
 * one puts it in the lock's place, and nobody else can hold that file meanwhile. Who dies at this
 * is succeeded in the same way.
 * @returns null where this process holds the file now; else who does.
 */
async function takeFile(path: string): Promise<string | null> {
  if (await create(path)) return null;
  const holder = await readHolder(path);
  if (await isAlive(holder)) return holder;
  const successor = `${path}.after-${holder.replace(' ', '-')}`;
  const other = await takeFile(successor);
  if (other !== null) return other;
  const now = await readHolder(path);
  if (now !== holder) {
    await rm(successor, { force: true });
    return now;
  }
  await rename(successor, path);
  return null;
}

/** With its content, or not at all: a lock without a holder would look like a dead one's. */
async function create(path: string): Promise<boolean> {
  const whole = `${path}.${randomUUID()}`;
  await writeFile(whole, `${process.pid} ${await startOf(process.pid)}`);
  try {
    await link(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

const readHolder = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
const pidOf = (holder: string): number => Number(holder.split(' ')[0]);

async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder);
  return pid !== process.pid && isRunning(pid) && (await startOf(pid)) === holder.split(' ')[1];
}

/**
 * When the process began, in clock ticks: tells it from a later one with the same id. Empty where
 * there is no /proc.
 */
export async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
