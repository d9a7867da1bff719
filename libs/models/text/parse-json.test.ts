import { expect, test } from 'vitest';
import { parseJson } from './parse-json.js';

test('a byte order mark is left out, and brackets in texts are no depth', () => {
  expect(parseJson(`\ufeff{"a": "${'['.repeat(1000)}\\\\"}`)).toEqual({
    a: `${'['.repeat(1000)}\\`,
  });
  expect(parseJson(`["\\"${'{'.repeat(1000)}"]`)).toEqual([`"${'{'.repeat(1000)}`]);
  expect(parseJson(`[${Array(1000).fill('[]').join()}]`)).toHaveLength(1000);
});

test('lists in lists are refused before they exhaust the stack', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  expect(() => parseJson(deep)).toThrow('nested more than 100 deep');
  expect(() => parseJson(`{"a":`.repeat(101))).toThrow('nested more than 100 deep');
});
