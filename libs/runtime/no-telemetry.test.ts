// Checks that onnxruntime's telemetry is off for the process, not only for the thread that says so.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';

const folder = useTempFolder();

/** Files that a process leaves in its home after it has opened a session there. */
function leftBy(name: string, script: string): { readonly files: string[]; readonly said: string } {
  const home = join(folder.path, name);
  mkdirSync(home);
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { HOME: home },
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return { files: readdirSync(home), said: stderr };
}

const check = new URL('./device-check.js', import.meta.url).href;
const session = `const { checkDevice } = await import('${check}'); await checkDevice('cpu');`;
const inWorker = `
  import { Worker } from 'node:worker_threads';
  new Worker(${JSON.stringify(`import('${check}').then((x) => x.checkDevice('cpu'))`)}, { eval: true });`;

test('a session leaves no device id and no queue of events', () => {
  expect(leftBy('main', session)).toEqual({ files: [], said: '' });
  expect(leftBy('thread', `import './no-telemetry.js';${inWorker}`)).toEqual({
    files: [],
    said: '',
  });
});

test('a thread that cannot turn it off refuses to load onnxruntime', () => {
  const { files, said } = leftBy('alone', inWorker);
  expect(said).toContain('onnxruntime would call home');
  expect(files).toEqual([]);
});

test('left on, it would leave them', () => {
  const raw = `
    import { InferenceSession } from 'onnxruntime-node';
    await InferenceSession.create(new Uint8Array()).catch(() => {});`;
  expect(leftBy('raw', raw).files).toEqual(['.cache']);
});
