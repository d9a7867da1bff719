// Every relative link of the tracked pages leads to a file, and every anchor to a heading of it.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { brokenLinks } from './testing/broken-links.js';

const root = resolve(import.meta.dirname, '../..');
const folder = useTempFolder();

test('no link of a page is broken', () => {
  const { stdout } = spawnSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  const pages = stdout.trim().split('\n');
  expect(pages).toContain('README.md');
  expect(brokenLinks(root, pages)).toEqual([]);
});

test('a link to no file, to no heading and into no page is found', () => {
  writeFileSync(
    join(folder.path, 'a.md'),
    '# One Two: `three`\n[b](b.md#no) [c](c.md) [self](#no)',
  );
  writeFileSync(
    join(folder.path, 'b.md'),
    '# B\n[a](a.md#one-two-three) [web](https://example.org/x.md) `[code](none.md)`\n```\n[fence](none.md)\n```\n',
  );
  expect(brokenLinks(folder.path, ['a.md', 'b.md'])).toEqual([
    'a.md: b.md#no',
    'a.md: c.md',
    'a.md: #no',
  ]);
});
