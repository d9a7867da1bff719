// Checks of the restart delays.

import { expect, test } from 'vitest';
import { restartDelay } from './backoff.js';

test('doubles from half a second and never exceeds fifteen', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(restartDelay)).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
});
