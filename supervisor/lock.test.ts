// Checks that a data folder has one supervisor at most, and that a dead one's lock does not bind.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockHolder, releaseLock, takeLock } from './lock.js';
import { supervisorMark } from './state.js';

const lockPath = () => join(mkdtempSync(join(tmpdir(), 'lethe-lock-')), 'lethe.lock');

test('names the living holder to whoever comes second', async () => {
  const path = lockPath();
  const holder = spawn(process.execPath, [
    '-e',
    'process.stdout.write("up"); setInterval(() => {}, 1000)',
    supervisorMark,
  ]);
  await once(holder.stdout, 'data');
  writeFileSync(path, String(holder.pid));
  expect(takeLock(path)).toBe(holder.pid);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(lockHolder(path)).toBeNull();
  expect(takeLock(path)).toBeNull();
  releaseLock(path);
});

test('is not held by another program that was given the same process id', () => {
  const path = lockPath();
  writeFileSync(path, '1');
  expect(lockHolder(path)).toBeNull();
  expect(takeLock(path)).toBeNull();
});

test('is not held by a lock file that says nothing', () => {
  const path = lockPath();
  writeFileSync(path, '');
  expect(takeLock(path)).toBeNull();
});
