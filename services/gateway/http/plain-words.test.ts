import { expect, test } from 'vitest';
import { z } from 'zod';
import { parse } from './zod.pipe.js';

const schema = z.object({
  model: z.string().min(1),
  name: z.string().min(3).max(4).optional(),
  n: z.number().int().min(1).max(9).optional(),
  share: z.number().gt(0).lt(1).optional(),
  on: z.boolean().optional(),
  list: z.array(z.number()).min(1).max(2).optional(),
  map: z.record(z.string(), z.number()).optional(),
  object: z.strictObject({}).optional(),
  choice: z.enum(['a', 'b']).optional(),
  one: z.literal(true).optional(),
  own: z.string('must be a thing of its own').optional(),
});

test.each([
  [{ model: undefined }, "'model' is not valid: must be a text, and is missing."],
  [{ model: null }, "'model' is not valid: must be a text (got null)."],
  [{ model: '' }, `'model' is not valid: must not be empty (got "").`],
  [{ name: 'ab' }, `'name' is not valid: must have at least 3 characters (got "ab").`],
  [{ name: 'abcde' }, `'name' is not valid: must have at most 4 characters (got "abcde").`],
  [{ n: '5' }, `'n' is not valid: must be a number (got "5").`],
  [{ n: 1.5 }, "'n' is not valid: must be a whole number (got 1.5)."],
  [{ n: 0 }, "'n' is not valid: must be at least 1 (got 0)."],
  [{ n: 10 }, "'n' is not valid: must be at most 9 (got 10)."],
  [{ n: 1e30 }, "'n' is not valid: must be at most 9007199254740991 (got 1e+30)."],
  [{ n: Infinity }, "'n' is not valid: must be a number (got Infinity)."],
  [{ share: 0 }, "'share' is not valid: must be above 0 (got 0)."],
  [{ share: 1 }, "'share' is not valid: must be below 1 (got 1)."],
  [{ on: 'yes' }, `'on' is not valid: must be true or false (got "yes").`],
  [{ list: {} }, "'list' is not valid: must be a list."],
  [{ list: [] }, "'list' is not valid: must have at least 1 item."],
  [{ list: [1, 2, 3] }, "'list' is not valid: must have at most 2 items."],
  [{ list: ['a'] }, `'list.0' is not valid: must be a number (got "a").`],
  [{ map: [] }, "'map' is not valid: must be an object."],
  [{ object: 5 }, "'object' is not valid: must be an object (got 5)."],
  [{ choice: 'c' }, `'choice' is not valid: must be one of a, b (got "c").`],
  [{ one: false }, "'one' is not valid: must be true (got false)."],
  [{ own: 5 }, "'own' is not valid: must be a thing of its own (got 5)."],
])('%j: %s', (changes, message) => {
  expect(() => parse(schema, { model: 'm', ...changes })).toThrow(message);
});

test('a body that is no object says so', () => {
  expect(() => parse(schema, [])).toThrow('The request is not valid: must be an object.');
});
