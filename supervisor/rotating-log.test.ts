// Checks that a log stays bounded and loses nothing of what it still holds.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RotatingLog } from './rotating-log.js';

test('keeps the current file and one before it', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-log-')), 'logs', 'x.log');
  const log = new RotatingLog(path, 20);
  for (let i = 0; i < 6; i += 1) log.write(`line ${i} ....\n`);
  log.close();
  expect(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).toBe(
    'line 2 ....\nline 3 ....\nline 4 ....\nline 5 ....\n',
  );
});

test('goes on where an earlier process stopped', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-log-')), 'x.log');
  for (const word of ['first', 'second']) {
    const log = new RotatingLog(path);
    log.write(`${word}\n`);
    log.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
});
