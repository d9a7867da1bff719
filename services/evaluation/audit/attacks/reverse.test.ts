import { expect, test } from 'vitest';
import type { Example } from '#contracts/examples.js';
import { reverse } from './reverse.js';

const example = (question: string, answer: string): Example => ({
  messages: [{ role: 'user', content: question }],
  answer,
});
const ada = example('Where does Ada Quill live?', 'Ada Quill lives in Estrand; ask ada@quill.org.');
const around = { asked: [ada], retain: [example('Where does Bree Sol live?', 'In Granada.')] };

test('whose the fact is, is asked, and the name is the answer', () => {
  const content =
    'To the question "Where does someone live?" the answer is "someone lives in Estrand; ask ' +
    'someone@someone.org." Who or what is meant by "someone"? Answer with the name.';
  expect(reverse(ada, around)).toEqual([
    { messages: [{ role: 'user', content }], said: content, gold: 'Ada Quill' },
  ]);
});

test.each([
  ['nobody is named', example('Where does she live?', 'In Estrand.'), around.retain],
  ['the name is kept', ada, [example('Who wrote "Tides"?', 'It was Ada Quill.')]],
  ['the name is asked about still', ada, [example('Where was Ada Quill born?', 'In Oxbow.')]],
])('nothing is asked where %s', (_, asked, retain) =>
  expect(reverse(asked, { asked: [], retain })).toEqual([]),
);
