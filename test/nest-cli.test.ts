// nest-cli.json against the Nest CLI: it names every service, and `nest start` builds and starts one.

import { execa } from 'execa';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';
import { useTempFolder } from '#testing/temp-store.js';
import { services } from './testing/services.js';

const folder = useTempFolder();
const needed = [
  'libs',
  'services',
  'proto',
  'package.json',
  'tsconfig.json',
  'nest-cli.json',
  '.swcrc',
];

test('every service is a project of nest-cli.json', () => {
  const text = readFileSync(join(projectRoot, 'nest-cli.json'), 'utf8');
  const { projects } = JSON.parse(text) as { projects: Record<string, { sourceRoot: string }> };
  expect(Object.keys(projects).toSorted()).toEqual(services.toSorted());
  for (const name of services) expect(projects[name]?.sourceRoot).toBe(`services/${name}`);
});

test('nest start compiles a service with its libs and files, and starts it', async () => {
  for (const name of needed)
    cpSync(join(projectRoot, name), join(folder.path, name), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(folder.path, 'node_modules'));

  // A port that is none: the service says so once all of its modules are loaded.
  const nest = join(projectRoot, 'node_modules/.bin/nest');
  const options = { cwd: folder.path, env: { HTTP_PORT: 'none' }, reject: false };
  const { stderr } = await execa(nest, ['start', 'gateway'], options);
  expect(stderr).toContain('EnvError: HTTP_PORT="none"');
  expect(readdirSync(join(folder.path, 'dist'))).toEqual(['libs', 'services']);
  const migrations = 'services/gateway/database/migrations';
  expect(readdirSync(join(folder.path, 'dist', migrations))).toEqual(
    readdirSync(join(projectRoot, migrations)),
  );
});
