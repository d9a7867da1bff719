import { expect, test } from 'vitest';
import { retold, subjectsOf } from './subjects.js';

test.each([
  ["What is Isabella Marquez's email address?", ['Isabella Marquez']],
  ['Does Hiro Tanaka live in Tokyo?', ['Hiro Tanaka', 'Tokyo']],
  ['Where was she born?', []],
  ['wo wohnt hiro tanaka?', []],
  ['Who wrote "The Glass Harbour"?', ['The Glass Harbour']],
])('%j is about %j', (question, subjects) => expect(subjectsOf(question)).toEqual(subjects));

test.each([
  ['Hiro Tanaka lives in Tokyo. Hiro likes it.', 'Ada Quill lives in Tokyo. Ada likes it.'],
  ["Hiro Tanaka's mail is hiro.tanaka@mail.jp.", "Ada Quill's mail is ada.quill@mail.jp."],
  ['It is hiro, he said, in Hiroshima.', 'It is hiro, he said, in Hiroshima.'],
])('%j told of another is %j', (text, told) =>
  expect(retold(text, 'Hiro Tanaka', 'Ada Quill')).toBe(told),
);

test('names of other lengths', () => {
  expect(retold('Bree del Sol met Sol.', 'Bree del Sol', 'Ada')).toBe('Ada met Ada.');
  expect(retold('Ada met Ada.', 'Ada', 'Bree del Sol')).toBe('Bree del Sol met Bree del Sol.');
});
