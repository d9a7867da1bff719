// What a process knows of its limit of open files.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { connectionsWithin, openFileLimit, openFilesProblem } from './open-files.js';

const script = new URL('./open-files.js', import.meta.url);

/** What a process says of its limit. */
async function within(limit: number, call: string): Promise<string> {
  const code = `import(${JSON.stringify(script.href)}).then((m) => console.log(m.${call}))`;
  const command = `ulimit -n ${limit} && exec "$0" -e "$1"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, code]);
  return stdout.trim();
}

test('knows the limit of the process', async () => {
  expect(openFileLimit()).toBeGreaterThan(0);
  expect(await within(300, 'openFileLimit()')).toBe('300');
});

test('says how to raise a limit that is too low', async () => {
  expect(await within(1023, 'openFilesProblem()')).toBe(
    'at most 1023 files may be open at once, expected at least 1024: raise the limit (ulimit -n, LimitNOFILE of systemd, --ulimit nofile of Docker)',
  );
  expect(await within(1024, 'openFilesProblem()')).toBe('undefined');
  expect(openFilesProblem(Infinity)).toBeUndefined();
});

test('leaves room for its own files beside connections', () => {
  expect(connectionsWithin(10_000, 1024)).toBe(512);
  expect(connectionsWithin(100, 1024)).toBe(100);
  expect(connectionsWithin(100, Infinity)).toBe(100);
  expect(connectionsWithin(100, 512)).toBe(1);
});
