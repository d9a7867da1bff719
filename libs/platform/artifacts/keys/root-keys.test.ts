import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { useTempFolder } from '#testing/temp-store.js';
import { loadEnv } from '../../config/load-env.js';
import { UnusableSecretError } from '../../errors/unusable-secret.error.js';
import { keysEnv } from './keys-env.js';
import { openRootKey } from './open-root-keys.js';
import { createRootKeyFile, readRootKeyFile } from './root-key-text.js';
import { isShared } from './secret-file.js';

const folder = useTempFolder();
const inside = (name: string) => join(folder.path, name);

test('a file is made once, for its owner alone', async () => {
  const path = inside('new/folder/root.key');
  const made = await Promise.all(Array.from({ length: 8 }, () => createRootKeyFile(path)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(inside('new/folder'))).mode & 0o777).toBe(0o700);
  expect(await readdir(inside('new/folder'))).toEqual(['root.key']);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
  expect(await createRootKeyFile(path)).toBe(false);
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('a key is the same from a file and from a variable', async () => {
  const path = inside('same.key');
  await createRootKeyFile(path);
  const fromFile = await openRootKey(`file:${path}`);
  const fromText = await openRootKey(`base64:${(await readFile(path, 'utf8')).trim()}`);
  expect(fromText.id).toBe(fromFile.id);
  const key = randomBytes(32);
  expect(await fromText.unwrap(await fromFile.wrap(key, 'a'), 'a')).toEqual(key);
});

test.each([
  { mode: 0o440, uid: 0, reader: 1000, shared: false },
  { mode: 0o400, uid: 0, reader: 1000, shared: false },
  { mode: 0o444, uid: 0, reader: 1000, shared: true },
  { mode: 0o460, uid: 0, reader: 1000, shared: true },
  { mode: 0o440, uid: 1000, reader: 1000, shared: true },
  { mode: 0o440, uid: 0, reader: 0, shared: true },
])('a file is of root and mounted, or of its owner alone: %o', ({ mode, uid, reader, shared }) => {
  expect(isShared({ mode, uid }, reader)).toBe(shared);
});

test.each([0o640, 0o604, 0o660, 0o610, 0o777])('a file of the mode %o is refused', async (mode) => {
  const path = inside(`mode-${mode}.key`);
  await createRootKeyFile(path);
  await chmod(path, mode);
  const message = `has the mode ${mode.toString(8)}: expected 600`;
  await expect(readRootKeyFile(path)).rejects.toThrow(message);
  await chmod(path, 0o400);
  await readRootKeyFile(path);
});

test('a missing file is named', async () => {
  await expect(readRootKeyFile(inside('none.key'))).rejects.toThrow(/none\.key cannot be read/);
});

const base64 = (length: number) => Buffer.alloc(length).toString('base64');
test.each(['', 'secret', base64(31), base64(33), base64(64), 'A'.repeat(64)])(
  'the text %j is refused, and not quoted',
  async (text) => {
    const path = inside('malformed.key');
    await writeFile(path, text, { mode: 0o600 });
    const error = await readRootKeyFile(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnusableSecretError);
    expect((error as Error).message).toMatch(/holds no root key: expected 32 bytes in base64/);
    if (text) expect((error as Error).message).not.toContain(text);
  },
);

test('the setting names root keys, the first before earlier ones', () => {
  const load = (ROOT_KEYS: string) => loadEnv(z.object(keysEnv), { ROOT_KEYS }).ROOT_KEYS;
  expect(load('')).toEqual(['file:.lethe/root.key']);
  const arn = 'arn:aws:kms:eu-central-1:1:key/x';
  expect(load(`aws-kms:${arn}, file:/a/b`)).toEqual([`aws-kms:${arn}`, 'file:/a/b']);
  for (const wrong of ['/a/b', 'file:', 'file:/a,', 'vault:x', 'base64'])
    expect(() => load(wrong)).toThrow('ROOT_KEYS=(hidden): expected "file:<path>", "base64:');
});
