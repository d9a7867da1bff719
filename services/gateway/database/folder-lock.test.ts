// One process holds a folder, however it got there.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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

test("lets one of many take over a dead one's lock", async () => {
  const script = new URL('./testing/lock-taker.js', import.meta.url).pathname;
  for (let round = 0; round < 5; round++) {
    const held = join(folder.path, `dead-${round}`);
    await writeFile(`${held}.lock`, `${process.ppid} 1`);
    const takers = Array.from({ length: 6 }, () => fork(script, [held]));
    onTestFinished(() => takers.forEach((taker) => taker.kill('SIGKILL')));
    await Promise.all(takers.map((taker) => once(taker, 'message')));
    const answers = takers.map((taker) => once(taker, 'message'));
    for (const taker of takers) taker.send('go');
    const got = (await Promise.all(answers)).filter(([answer]) => answer === true);
    expect(got).toHaveLength(1);
    for (const taker of takers) taker.disconnect();
  }
});
