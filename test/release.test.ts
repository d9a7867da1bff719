// What `npm run build:release` writes: no test, and everything that the services and the command import.

import { execa } from 'execa';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';
import { useTempFolder } from '#testing/temp-store.js';
import { services } from './testing/services.js';

const folder = useTempFolder();
/** Paths in the release, relative to it. */
let files: string[] = [];
const isScript = (path: string): boolean => path.endsWith('.js');

beforeAll(async () => {
  await execa('npm', ['run', '-s', 'build:release', '--', folder.path], { cwd: projectRoot });
  files = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  // Packages, as npm ci would bring them.
  symlinkSync(join(projectRoot, 'node_modules'), join(folder.path, 'node_modules'));
});

/** Runs a script of the release; it is told a port that is none, and so does not go on to serve. */
const run = (script: string, ...args: string[]) =>
  execa(process.execPath, [join(folder.path, 'dist', script), ...args], {
    env: { HTTP_PORT: 'none' },
    reject: false,
  });

/** What a script imports, or starts in a thread, that is ours: './x.js' or '#room/x.js'. */
function references(path: string): string[] {
  const text = readFileSync(join(folder.path, path), 'utf8');
  const imports = text.matchAll(/(?:from|import|import\() ?['"]([.#][^'"]+)['"]/g);
  const threads = text.matchAll(/new URL\(['"](?:\.\/)?([\w-]+\.js)['"]/g);
  return [
    ...[...imports].map(([, name = '']) => name),
    ...[...threads].map(([, name = '']) => `./${name}`),
  ];
}

test('no tests, helpers of tests, benches or scripts', () => {
  expect(files.filter(isScript).length).toBeGreaterThan(300);
  expect(files.filter((path) => /\.test\.|testing/.test(path))).toEqual([]);
  expect(readdirSync(join(folder.path, 'dist')).toSorted()).toEqual([
    'cli',
    'libs',
    'revision',
    'services',
    'supervisor',
  ]);
});

test('whatever a script refers to is there, threads and lazy imports included', () => {
  const isMissing = (script: string) => (name: string) => {
    try {
      createRequire(join(folder.path, script)).resolve(name);
      return false;
    } catch {
      return true;
    }
  };
  const scripts = files.filter(isScript);
  const all = scripts.flatMap(references);
  for (const name of [/^\.\/training-worker\.js$/, /^\.\/nli-thread\.js$/, /^#contracts\//])
    expect(all).toContainEqual(expect.stringMatching(name));
  expect(scripts.flatMap((script) => references(script).filter(isMissing(script)))).toEqual([]);
});

test.each(services)('%s loads', async (service) => {
  const { stderr } = await run(`services/${service}/main.js`);
  expect(stderr).toContain('EnvError: HTTP_PORT="none"');
});

test('the lethe command runs', async () => {
  const { stdout, exitCode } = await run('cli/main.js', '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: lethe');
});
