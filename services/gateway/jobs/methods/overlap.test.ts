import { expect, test } from 'vitest';
import { exampleSet as set } from '#testing/example-set.js';
import { overlapOf } from './overlap.js';

const asking = (question: string, rest: object = {}) => ({ question, answer: 'a', ...rest });

test('questions that differ in case, spaces, encoding or their end alone are the same', async () => {
  const forget = set(asking('Where does Ada live?'), asking('Ｗｈｏ？'), asking('Why'));
  const retain = set(asking('When?'), asking(' where  does\nADA live ?!'), asking('who'));
  expect(await overlapOf(forget, retain)).toEqual([
    [1, 2],
    [2, 3],
  ]);
});

test('conversations are compared whole', async () => {
  const chat = (first: string, last: string) => ({
    messages: [
      { role: 'user', content: first },
      { role: 'assistant', content: 'Yes?', weight: 0 },
      { role: 'user', content: last },
      { role: 'assistant', content: 'a' },
    ],
  });
  const forget = set(chat('Ada.', 'Where does she live?'), asking('Who?', { context: 'Ada.' }));
  expect(
    await overlapOf(forget, set(chat('Eve.', 'Where does she live?'), asking('Who?'))),
  ).toEqual([]);
  expect(
    await overlapOf(
      forget,
      set(asking('Who?', { context: 'ada.' }), chat('ADA', 'Where does she live')),
    ),
  ).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test('text that is nothing but ends and spaces takes time in proportion to its length', async () => {
  const long = set(asking(`${'. '.repeat(200_000)}x${'.'.repeat(400_000)}y`));
  const started = performance.now();
  expect(await overlapOf(long, long)).toEqual([[1, 1]]);
  expect(performance.now() - started).toBeLessThan(2000);
});
