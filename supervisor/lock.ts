// One supervisor a data folder: the lock that a second `lethe up` runs into.

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning } from './process-table.js';
import { supervisorMark } from './state.js';

/**
 * Takes the lock for this process.
 * @returns the id of the process that holds it, or null where it is ours now.
 */
export function takeLock(path: string): number | null {
  mkdirSync(dirname(path), { recursive: true });
  // Linked, not written in place: whoever finds the lock finds the id in it.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    while (!linked(own, path)) {
      const holder = lockHolder(path);
      if (holder !== null) return holder;
      // Left by a supervisor that was killed.
      rmSync(path, { force: true });
    }
    return null;
  } finally {
    rmSync(own, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The id of the living supervisor that holds the lock. */
export function lockHolder(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 && isRunning(pid, supervisorMark) ? pid : null;
  } catch {
    return null;
  }
}

export const releaseLock = (path: string): void => rmSync(path, { force: true });
