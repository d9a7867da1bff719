import { expect, test } from 'vitest';
import { LeadTrimmer } from './lead-trimmer.js';

test.each([
  ['', ['a', ' b'], ['a', ' b'], ''],
  [' ', [' Ada', ' is'], ['Ada', ' is'], ''],
  [' ', ['Ada', ' is'], ['Ada', ' is'], ''],
  ['>> ', ['>', '> a', '>> '], ['', 'a', '>> '], ''],
  ['>> ', ['>', 'a'], ['', '>a'], ''],
  ['>> ', ['>', '>'], ['', ''], '>>'],
])('takes %j off %j', (lead, pieces, expected, rest) => {
  const trimmer = new LeadTrimmer(lead);
  expect(pieces.map((piece) => trimmer.push(piece))).toEqual(expected);
  expect(trimmer.flush()).toBe(rest);
});
