import { expect, test } from 'vitest';
import { readTraceparent, writeTraceparent } from './traceparent.js';

const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];

test('a traceparent is read, and written as it was', () => {
  const text = `00-${traceId}-${spanId}-01`;
  expect(readTraceparent(text)).toEqual({ traceId, spanId, sampled: true });
  expect(writeTraceparent({ traceId, spanId, sampled: true })).toBe(text);
  expect(readTraceparent(`00-${traceId}-${spanId}-00`)).toMatchObject({ sampled: false });
  // Of versions to come, what is known is read.
  expect(readTraceparent(`01-${traceId}-${spanId}-03-more`)).toEqual({
    traceId,
    spanId,
    sampled: true,
  });
});

test('the bare id of a trace, as jobs of release 0.1 have it, is one without a span', () => {
  expect(readTraceparent(traceId)).toEqual({ traceId });
  expect(writeTraceparent({ traceId })).toBe(traceId);
  expect(writeTraceparent({})).toBe('');
});

test.each([
  undefined,
  ['x'],
  '',
  'trace',
  '0'.repeat(32),
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01x`,
])('%s is none', (text) => {
  expect(readTraceparent(text)).toBeUndefined();
});
