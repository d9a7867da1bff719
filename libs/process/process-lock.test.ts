// One process holds a lock, however it got there.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { lockHolder, releaseLock, startOf, takeLock } from './process-lock.js';

const folder = useTempFolder();
const lock = (name: string): string => join(folder.path, `${name}.lock`);

/** Processes that wait to be told to take a lock. */
async function takers(path: string, count: number): Promise<ChildProcess[]> {
  const script = new URL('./testing/lock-taker.js', import.meta.url).pathname;
  const all = Array.from({ length: count }, () => fork(script, [path]));
  onTestFinished(() => all.forEach((taker) => taker.kill('SIGKILL')));
  await Promise.all(all.map((taker) => once(taker, 'message')));
  return all;
}

/** @returns those who got the lock when all were told to take it. */
async function race(all: readonly ChildProcess[]): Promise<ChildProcess[]> {
  const answers = all.map((taker) => once(taker, 'message'));
  for (const taker of all) taker.send('go');
  const got = await Promise.all(answers);
  return all.filter((_, i) => got[i]?.[0] === true);
}

async function kill(process: ChildProcess): Promise<void> {
  process.kill('SIGKILL');
  await once(process, 'exit');
}

test('names the living holder to whoever comes second', async () => {
  const path = lock('held');
  // Our parent lives; a process of the same id that began at another time is another one.
  await writeFile(path, `${process.ppid} ${await startOf(process.ppid)}`);
  expect(await takeLock(path)).toBe(process.ppid);
  expect(await lockHolder(path)).toBe(process.ppid);
  await writeFile(path, `${process.ppid} 1`);
  expect(await lockHolder(path)).toBeNull();
  expect(await takeLock(path)).toBeNull();
  await releaseLock(path);
  expect(await lockHolder(path)).toBeNull();
});

test.each(['', '1', 'nothing of use', '0 0', '-1 5'])(
  'is not held by a file that says %j',
  async (content) => {
    const path = lock('odd');
    await writeFile(path, content);
    expect(await lockHolder(path)).toBeNull();
    expect(await takeLock(path)).toBeNull();
    await releaseLock(path);
  },
);

test.runIf(existsSync('/proc'))('is not held by a zombie', async () => {
  const path = lock('zombie');
  // The shell becomes a program that never asks how its child has ended.
  const shell = spawn('sh', ['-c', 'true & echo $!; exec sleep 60']);
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const pid = Number(String(line));
  await expect.poll(() => startOf(pid)).toBe('');
  await writeFile(path, `${pid} 1`);
  expect(await takeLock(path)).toBeNull();
});

test('one of 20 that come together holds it, and one of those who come after a kill', async () => {
  const path = lock('raced');
  let all = await takers(path, 20);
  for (let round = 0; round < 4; round++) {
    const holders = await race(all);
    expect(holders).toHaveLength(1);
    expect(await lockHolder(path)).toBe(holders[0]!.pid);
    await kill(holders[0]!);
    all = all.filter((taker) => !holders.includes(taker));
  }
  // Nothing but the last one's lock is left of all their attempts.
  const names = (await readdir(folder.path)).filter((name) => name.startsWith('raced'));
  expect(names).toEqual([basename(path)]);
});

test('one of 20 succeeds one who died while it succeeded another', async () => {
  const path = lock('heirs');
  await writeFile(path, `${process.ppid} 1`);
  await writeFile(`${path}.after-${process.ppid}-1`, `${process.ppid} 2`);
  expect(await race(await takers(path, 20))).toHaveLength(1);
});
