import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { layout } from './layout.js';
import { PlatformError } from './platform-error.js';
import { ownRootKey } from './secrets.js';

const folder = useTempFolder();

test('a root key is made once, and not in place of one that is lost', () => {
  const paths = layout(folder.path);
  expect(ownRootKey(paths)).toBe(`file:${paths.rootKey}`);
  const key = readFileSync(paths.rootKey, 'utf8');
  expect(statSync(paths.rootKey).mode & 0o777).toBe(0o600);
  mkdirSync(join(paths.keys, '~writing'), { recursive: true });
  writeFileSync(join(paths.keys, 'owner'), 'somebody');
  rmSync(paths.rootKey);
  ownRootKey(paths);
  expect(readFileSync(paths.rootKey, 'utf8')).not.toBe(key);
  mkdirSync(join(paths.keys, 'tenant'));
  ownRootKey(paths);
  rmSync(paths.rootKey);
  expect(() => ownRootKey(paths)).toThrow(PlatformError);
});
