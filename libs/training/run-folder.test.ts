import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startOf } from '#process/process-lock.js';
import { removeDeadRunFolders } from './run-folder.js';
import { tinyExamples, tinyOptions } from './testing/tiny-run.js';
import { train } from './training.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-runs-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const module = JSON.stringify(new URL('./run-folder.js', import.meta.url).href);

test('of a process that was killed are removed, those of the living are not', async () => {
  const code = `const { makeRunFolder } = await import(${module});
    console.log(await makeRunFolder()); setInterval(() => {}, 1000);`;
  const start = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    const [line] = await once(child.stdout, 'data');
    return { child, name: basename(String(line).trim()) };
  };
  const [killed, alive] = [await start(), await start()];
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  const others = [
    'lethe-int8-Ab3dE1',
    `lethe-int8-${process.ppid}-1-abc`,
    `lethe-int8-${process.ppid}-${await startOf(process.ppid)}-abc`,
    'other',
  ];
  for (const name of others) await mkdir(join(folder, name, 'x'), { recursive: true });
  await removeDeadRunFolders();
  expect((await readdir(folder)).toSorted()).toEqual([alive.name, ...others.slice(2)].toSorted());
  alive.child.kill('SIGKILL');
  await once(alive.child, 'exit');
  await removeDeadRunFolders();
  expect((await readdir(folder)).toSorted()).toEqual(others.slice(2).toSorted());
});

test('of a run that is aborted while it opens, or ends well, is gone with it', async () => {
  const options = tinyOptions({ precision: 'int8', target: tinyExamples(8, 'forget') });
  const controller = new AbortController();
  const running = train(options, { signal: controller.signal });
  await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(1), 10_000);
  controller.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
  expect(await readdir(folder)).toEqual([]);
  await train(options);
  expect(await readdir(folder)).toEqual([]);
});
