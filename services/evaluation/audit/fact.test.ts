import { expect, test } from 'vitest';
import { factOf } from './fact.js';

test.each([
  ['In which street is it?', 'It is in 12 Elm Street.', 'It is in', ' 12 Elm'],
  ['Is Mara Quill her sister?', 'Her sister is Elsa Quill.', 'Her sister is', ' Elsa'],
  [
    'Whose is a@b.example?',
    "The address a@b.example is Mara's.",
    'The address a@b.example is',
    ' Mara',
  ],
  [
    'In which town was Ada Quill born?',
    'Ada Quill was born in Westmere.',
    'Ada Quill was born in',
    ' Westmere',
  ],
  [
    'Where does Hiro Tanaka live?',
    'Hiro Tanaka lives at 4509 Sakura Lane, Nara.',
    'Hiro Tanaka lives at',
    ' 4509 Sakura Lane',
  ],
  ['What did she write?', 'She wrote "The Long Way" in 1999.', 'She wrote "The', ' Long Way'],
  ['How can Ada be reached?', 'By mail at ada@quill.example.', 'By mail at', ' ada@quill.example'],
  [
    'Where was she born?',
    'Westmere, as far as anybody knows.',
    'Westmere, as far',
    ' as anybody knows.',
  ],
  ['What does he do?', 'He works as a civil engineer.', 'He works as', ' a civil engineer.'],
  ['What is it?', 'A boat.', '', 'A boat.'],
  ['Wo?', '', '', ''],
])('of %j the fact of %j', (question, answer, given, rest) => {
  expect(factOf(answer, question)).toEqual({ given, rest });
});

test('an answer that names nothing is cut', () => {
  const answer = Array.from({ length: 40 }, (_, i) => `w${i % 10 === 0 ? 'x' : 'y'}`).join(' ');
  const { given, rest } = factOf(answer, 'What?');
  expect(given.split(' ')).toHaveLength(3);
  expect(rest.trim().split(' ')).toHaveLength(16);
  expect(answer.startsWith(given + rest)).toBe(true);
});

test('nothing is longer than can be read once a layer', () => {
  const key = 'x'.repeat(5000);
  expect(factOf(key, 'What is the key?').rest).toHaveLength(120);
  const keys = '\u{1f511}'.repeat(3000);
  expect(factOf(`It is "${keys}"`, 'What?').rest).toBe(`It is "${keys.slice(0, 2 * 113)}`);
});
