import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { untilSaid } from '#testing/until-said.js';
import { lockFile } from './file-lock.js';

const temp = useTempFolder();
const script = join(import.meta.dirname, 'testing/file-locker.js');

async function locker(path: string, words: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await untilSaid(child, words);
  return child;
}

test('one holds a file at a time, until it lets go or dies', async () => {
  const path = join(temp.path, 'file');
  const first = await locker(path, 'held');
  expect(await lockFile(path)).toBeNull();
  await locker(path, 'refused');
  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  const ours = await lockFile(path);
  expect(ours).not.toBeNull();
  await locker(path, 'refused');
  await ours?.release();
  await locker(path, 'held');
});
