// A file that one process of this machine holds at a time. Whoever dies holds nothing.

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/**
 * Takes the lock for this process, also from a dead one.
 * @returns null, or the id of the living process that holds it.
 */
export async function takeLock(path: string): Promise<number | null> {
  const holder = await take(path);
  return holder === null ? null : pidOf(holder);
}

/** @returns the id of the living process that holds the lock, this one aside. */
export async function lockHolder(path: string): Promise<number | null> {
  const holder = await readHolder(path);
  return holder !== null && (await isAlive(holder)) ? pidOf(holder) : null;
}

/** For its holder alone. */
export async function releaseLock(path: string): Promise<void> {
  await rm(path, { force: true });
}

/**
 * Of those who find a dead one's lock, one succeeds it: whoever holds the file named after the dead
 * one puts it in the lock's place, and nobody else can hold that file meanwhile. Who dies at this
 * is succeeded in the same way.
 * @returns null where this process holds the file now; else who does.
 */
async function take(path: string): Promise<string | null> {
  while (!(await create(path))) {
    const holder = await readHolder(path);
    // Released meanwhile.
    if (holder === null) continue;
    if (await isAlive(holder)) return holder;
    const successor = `${path}.after-${holder.replace(/[^0-9]+/g, '-')}`;
    const other = await take(successor);
    if (other !== null) return other;
    if ((await readHolder(path)) === holder) {
      await rename(successor, path);
      return null;
    }
    // Another has succeeded it already.
    await rm(successor, { force: true });
  }
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

/** @returns null where nobody holds it. */
async function readHolder(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

const pidOf = (holder: string): number => Number(holder.split(' ')[0]);

/** @param holder a process: its id, a space, and what `startOf` said of it. This one is none. */
export async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder);
  return pid !== process.pid && isRunning(pid) && (await startOf(pid)) === holder.split(' ')[1];
}

/**
 * When the process began, in clock ticks: tells it from a later one with the same id. Empty where
 * it is over (a zombie), or where there is no /proc.
 */
export async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? '' : (fields[18] ?? '');
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
