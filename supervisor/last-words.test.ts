// Checks that the reason of a death is found in logs as services and Node write them.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastWords } from './last-words.js';

function words(log: string): string | null {
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-words-')), 'x.log');
  writeFileSync(path, log);
  return lastWords(path);
}

test.each([
  [
    '{"level":30,"msg":"hello"}\n{"level":60,"msg":"cannot start: no model"}\n{"level":30,"msg":"bye"}\n',
    'cannot start: no model',
  ],
  ['{"level":"error","msg":"no disk"}\n', 'no disk'],
  ['node:internal:1\nTypeError: x is not y\n    at z\n\nNode.js v20\n', 'TypeError: x is not y'],
  [
    '1:M 29 Nov 2026 02:39:27.390 * Reading\n1:M 29 Nov 2026 02:39:27.391 # Bad file format\n',
    'Bad file format',
  ],
  ['{"level":30,"msg":"hello"}\n', null],
  ['', null],
])('%j', (log, expected) => expect(words(log)).toBe(expected));
