import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonIn, textOf } from './reply.js';

const list = z.array(z.string());
const named = z.object({ names: list });

test.each([
  ['["a", "b"]', ['a', 'b']],
  ['Sure!\n```json\n["a"]\n```\nAnything else?', ['a']],
  ['{"names": ["a"]}', ['a']],
  ['["a", "b', undefined],
  ['[1]', undefined],
  ['There are none.', undefined],
  ['][', undefined],
  ['', undefined],
])('finds the list in %j', (text, expected) => {
  expect(jsonIn(text, list)).toEqual(expected);
});

test('finds the object, not a list in it or around it', () => {
  expect(jsonIn('{"names": ["a"]}', named)).toEqual({ names: ['a'] });
  expect(jsonIn('[{"names": ["a"]}]', named)).toEqual({ names: ['a'] });
});

const completion = (finish_reason?: string) => ({
  choices: [{ message: { content: 'text' }, finish_reason }, 'another'],
});

test.each([
  [completion('stop'), 'text'],
  [completion(), 'text'],
  [completion('length'), undefined],
  [{ choices: [] }, undefined],
  [{ choices: [{ message: { content: null, refusal: 'no' } }] }, undefined],
  ['<html></html>', undefined],
  [undefined, undefined],
])('reads the text of %j', (body, expected) => {
  expect(textOf(body)).toBe(expected);
});
