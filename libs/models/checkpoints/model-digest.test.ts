import { execa } from 'execa';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { modelDigest } from './model-digest.js';

const folder = useTempFolder();

test('a model has the hash that sha256sum tells, until one of its files changes', async () => {
  const model = join(folder.path, 'model');
  const file = (name: string) => join(model, name);
  await mkdir(file('data'), { recursive: true });
  await writeFile(join(folder.path, 'blob'), 'weights');
  await symlink('../blob', file('model.safetensors'));
  for (const name of ['config.json', 'Zeta.json', '.hidden']) await writeFile(file(name), name);
  const told = await execa('LC_ALL=C; sha256sum * 2>/dev/null | sha256sum', {
    cwd: model,
    shell: true,
  });
  const digest = await modelDigest(model);
  expect(told.stdout).toBe(`${digest}  -`);
  await writeFile(file('.hidden'), 'other');
  expect(await modelDigest(model)).toBe(digest);
  await writeFile(join(folder.path, 'blob'), 'Weights');
  expect(await modelDigest(model)).not.toBe(digest);
});
