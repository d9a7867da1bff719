// Holds a folder for one process: two embedded databases on one folder would corrupt it.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { FolderInUseError } from './folder-in-use.error.js';

export class FolderLock {
  private constructor(private readonly path: string) {}

  /**
   * @throws FolderInUseError while another living process holds the folder; a dead one's lock is
   * taken over.
   */
  static async take(folder: string): Promise<FolderLock> {
    const path = `${folder}.lock`;
    if (!(await create(path))) {
      const [owner, started] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
      const pid = Number(owner);
      if (pid !== process.pid && isAlive(pid) && (await startOf(pid)) === started)
        throw new FolderInUseError(folder, pid);
      await rm(path, { force: true });
      if (!(await create(path))) throw new FolderInUseError(folder, pid);
    }
    return new FolderLock(path);
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid} ${await startOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * When the process began, in clock ticks: tells it from a later one with the same id. Empty where
 * there is no /proc.
 */
export async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
