import { expect, test } from 'vitest';
import { TimeLimitError } from '../errors/time-limit.error.js';
import { within } from './time-limit.js';

const pause = (ms: number): unknown =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('work that goes on and on is stopped', () => {
  expect(() =>
    within(50, 'counting takes', () => {
      for (;;);
    }),
  ).toThrow(TimeLimitError);
});

test.runIf(process.platform === 'linux')('a thread that is kept waiting has its time', () => {
  expect(within(50, 'waiting takes', () => pause(300))).toBe('timed-out');
});

test('what the work throws is thrown', () => {
  expect(() => within(50, 'it takes', () => JSON.parse('{'))).toThrow(SyntaxError);
});
