// What can be known and done about a process by its id alone.

import { readFileSync } from 'node:fs';

/**
 * Whether the process lives and is the one meant: ids are reused, so where the system shows command
 * lines (/proc) one of its arguments must contain `mark`.
 */
export function isRunning(pid: number, mark: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // A zombie has an empty command line: it is over.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

/** Sends a signal; false where the process is gone already. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Waits until the process is gone. @returns false where it still runs after `timeout` ms. */
export async function waitForExit(pid: number, mark: string, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (isRunning(pid, mark)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
