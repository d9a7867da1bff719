import { execa } from 'execa';
import { appendFile, chmod, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openKeyring } from '#platform/artifacts/open-keyring.js';
import { useTempFolder } from '#testing/temp-store.js';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const folder = useTempFolder();
const inside = (name: string) => join(folder.path, name);

const lethe = (args: string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [main, 'keys', ...args], {
    reject: false,
    env: { LETHE_HOME: folder.path, ROOT_KEYS: '', KEYS: '', NO_COLOR: '1', ...env },
  });
const keyring = (...roots: string[]) =>
  openKeyring({
    KEYS: inside('keys'),
    ROOT_KEYS: roots.map((name) => `file:${inside(name)}`),
    S3_ENDPOINT: undefined,
    S3_REGION: undefined,
    S3_PATH_STYLE: undefined,
  });

test('a root key is made, rotated and taken out of use', async () => {
  expect((await lethe(['create', inside('root.key')])).exitCode).toBe(0);
  await (await keyring('root.key')).create('acme', 'job-1');
  const name = (await (await keyring('root.key')).find('acme', 'job-1')).name('x');

  const made = JSON.parse((await lethe(['create', inside('next.key'), '--json'])).stdout);
  expect(made).toEqual({
    id: expect.stringMatching(/^local:[0-9a-f]{16}$/),
    file: inside('next.key'),
  });
  const both = { ROOT_KEYS: `file:${inside('next.key')},file:${inside('root.key')}` };
  const rotated = await lethe(['rotate', '--json'], both);
  expect(JSON.parse(rotated.stdout)).toEqual({ root: made.id, rewrapped: 1, unreadable: [] });
  expect((await lethe(['rotate'], both)).stdout).toBe(
    `keys of tenants put under the root key ${made.id}: 0`,
  );

  const old = await lethe(['rotate']);
  expect([old.exitCode, old.stderr]).toEqual([
    1,
    'error: damaged, or under none of ROOT_KEYS, are the keys of these tenants: acme',
  ]);
  await rename(inside('next.key'), inside('root.key'));
  expect((await (await keyring('root.key')).find('acme', 'job-1')).name('x')).toBe(name);
  expect((await lethe(['rotate'])).exitCode).toBe(0);
});

test('a key that is there is not overwritten', async () => {
  await writeFile(inside('kept.key'), 'kept');
  const { exitCode, stderr } = await lethe(['create', inside('kept.key')]);
  expect([exitCode, stderr]).toEqual([
    2,
    `error: ${inside('kept.key')} exists: a key is never overwritten`,
  ]);
  expect(await readFile(inside('kept.key'), 'utf8')).toBe('kept');
});

test('what is wrong with a root key is said', async () => {
  const path = inside('wrong.key');
  const said = async () => {
    const { exitCode, stderr } = await lethe(['rotate'], { ROOT_KEYS: `file:${path}` });
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await said()).toBe(`error: ${path} cannot be read`);
  await lethe(['create', path]);
  await chmod(path, 0o644);
  expect(await said()).toContain('has the mode 644: expected 600');
  await chmod(path, 0o600);
  await appendFile(path, 'x');
  expect(await said()).toContain('holds no root key');
  const { exitCode, stderr } = await lethe(['rotate'], { ROOT_KEYS: path });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('ROOT_KEYS=(hidden): expected')]);
});

test('what a platform needs is made once, and kept', async () => {
  const contents = async () => {
    const names = (await readdir(inside('platform'))).toSorted();
    return Promise.all(
      names.map(async (name) => [name, await readFile(inside(`platform/${name}`))]),
    );
  };
  const init = async () => JSON.parse((await lethe(['init', inside('platform'), '--json'])).stdout);
  const all = { root: true, receipts: true, identities: true };
  expect(await init()).toMatchObject({ made: all });
  const first = await contents();
  expect(first.map(([name]) => name)).toEqual(
    expect.arrayContaining(['ca.pem', 'claims.pem', 'inference.key', 'receipts.key', 'root.key']),
  );
  const none = { root: false, receipts: false, identities: false };
  expect(await init()).toMatchObject({ made: none });
  expect(await contents()).toEqual(first);
});
