import { expect, test } from 'vitest';
import { readRelease } from './release.js';

test('the code knows its version and its revision', () => {
  const { version, revision } = readRelease();
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(revision ?? '0'.repeat(40)).toMatch(/^[0-9a-f]{40}(-dirty)?$/);
});
