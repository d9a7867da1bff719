// A folder for what a run writes while it opens: unsealed weights. It is named after the process that
// has made it: what one that was killed has left, the next removes.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, startOf } from '#process/process-lock.js';

const PREFIX = 'lethe-int8-';
const maker = new RegExp(`^${PREFIX}(\\d+)-(\\d*)-`);

export const makeRunFolder = async (): Promise<string> =>
  mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${await startOf(process.pid)}-`));

/** For a process that has none yet. */
export async function removeDeadRunFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names)
    if (name.startsWith(PREFIX) && !(await isInUse(name)))
      // Another user's stays.
      await rm(join(tmpdir(), name), { recursive: true }).catch(() => undefined);
}

async function isInUse(name: string): Promise<boolean> {
  const [, pid, start] = maker.exec(name) ?? [];
  return pid !== undefined && (await isAlive(`${pid} ${start}`));
}
