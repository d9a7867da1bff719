// One process holds a folder, however it got there.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { FolderInUseError } from './folder-in-use.error.js';
import { FolderLock, startOf } from './folder-lock.js';

const folder = useTempFolder();

test("refuses a folder that another living process holds, and takes over a dead one's", async () => {
  const held = join(folder.path, 'held');
  // Our parent lives; a process of the same id that began at another time is another one.
  await writeFile(`${held}.lock`, `${process.ppid} ${await startOf(process.ppid)}`);
  await expect(FolderLock.take(held)).rejects.toThrow(FolderInUseError);
  await writeFile(`${held}.lock`, `${process.ppid} 1`);
  await (await FolderLock.take(held)).release();
});
