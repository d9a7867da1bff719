// What counts as an end of a process by itself.

import { expect, test } from 'vitest';
import { ownEnds } from './process-ends.js';

const ends = (reasons: readonly string[], hung = 0) =>
  ownEnds('training', { reasons, hung }, { kills: 2, stops: 1 });

test('kills, and a stop that the supervisor ended, are ours', () => {
  expect(ends(['SIGKILL', 'SIGKILL', 'SIGKILL'], 1)).toEqual([]);
});

test('an exit, another signal, a kill too many and a hang too many are its own', () => {
  expect(ends(['exit code 1'])).toEqual(['training ended by itself (exit code 1)']);
  expect(ends(['SIGABRT'])).toEqual(['training ended by itself (SIGABRT)']);
  expect(ends(['SIGKILL', 'SIGKILL', 'SIGKILL'])).toHaveLength(1);
  expect(ends(['SIGKILL', 'SIGKILL'], 2)).toHaveLength(1);
});
