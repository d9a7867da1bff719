// Commands and scripts that package.json, the Makefile, shell scripts and the documentation name:
// each exists.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';

const list = (folder: string, recursive: boolean): string[] =>
  readdirSync(join(projectRoot, folder), { recursive, encoding: 'utf8' })
    .filter((path) => /\.(md|sh)$/.test(path))
    .map((path) => join(folder, path));
const texts = [
  'package.json',
  'Makefile',
  ...list('', false),
  ...['docs', 'scripts', 'bench', 'benchmarks', 'models', 'test'].flatMap((at) => list(at, true)),
].map((path) => [path, readFileSync(join(projectRoot, path), 'utf8')] as const);

/** What a pattern's first group finds in all texts, with the file that says it. */
const found = (pattern: RegExp): [name: string, path: string][] =>
  texts.flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(([, name = '']): [string, string] => [name, path]),
  );
const missing = (pattern: RegExp, exists: (name: string) => boolean): string[] => {
  const names = found(pattern);
  expect(names.length).toBeGreaterThan(0);
  return names.filter(([name]) => !exists(name)).map(([name, path]) => `${name} in ${path}`);
};
const isFile = (path: string): boolean => existsSync(join(projectRoot, path));

test('a compiled file that is named has a source', () => {
  const pattern = /\bdist\/([\w/.-]+)\.js\b/g;
  expect(missing(pattern, (name) => isFile(`${name}.ts`))).toEqual([]);
});

test('a script that is named by its path is there', () => {
  const pattern = /\b((?:scripts|bench|benchmarks|test)\/[\w/.-]+\.(?:sh|py|json|ts))\b/g;
  expect(missing(pattern, isFile)).toEqual([]);
});

test('npm run names a script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const pattern = /\bnpm run (?:-s )?([a-z][\w:-]*\w)(?![\w:]*<)/g;
  expect(missing(pattern, (name) => name in scripts)).toEqual([]);
});

test('make names a target of the Makefile', () => {
  const makefile = readFileSync(join(projectRoot, 'Makefile'), 'utf8');
  const pattern = /(?:`|^)make ([a-z][a-z-]*)/gm;
  expect(missing(pattern, (name) => makefile.includes(`\n${name}:`))).toEqual([]);
});
