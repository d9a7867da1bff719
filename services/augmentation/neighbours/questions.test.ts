// Which questions a retain set might have had.

import { expect, test } from 'vitest';
import type { Example } from '#contracts/examples.js';
import { neighbourQuestions } from './questions.js';

const row = (content: string, answer: string): Example => ({
  messages: [{ role: 'user', content }],
  answer,
});
const retain = [
  row('Where was Li Wei born?', 'Li Wei was born in Beijing.'),
  row("What is Li Wei's style? Does Li Wei paint?", 'Li Wei paints.'),
  row('Where was Anna Petrova born?', 'Anna Petrova was born in Moscow.'),
  row('Who founded the Booker Prize?', 'The Booker Prize was founded in 1969.'),
];
const forget = [
  row('Where does Anna Petrova live?', 'Anna Petrova lives in Oxbow.'),
  row('Where does Hiro Tanaka live?', 'Hiro Tanaka lives in Tokyo.'),
  row('Who is Hiro Tanaka?', 'Hiro Tanaka is an author.'),
];

test('a question is asked of every other subject of either set, once, unless it is known', () => {
  expect(neighbourQuestions(forget, retain, 9).toSorted()).toEqual([
    "What is Anna Petrova's style? Does Anna Petrova paint?",
    "What is Hiro Tanaka's style? Does Hiro Tanaka paint?",
    'Where was Hiro Tanaka born?',
    'Who founded the Anna Petrova?',
    'Who founded the Hiro Tanaka?',
    'Who founded the Li Wei?',
  ]);
});

test('what the forget set asks of anyone is asked of nobody', () => {
  const asked = [...forget, row('Where was Hiro Tanaka born?', 'Hiro Tanaka was born in Tokyo.')];
  const questions = neighbourQuestions(asked, retain, 9);
  expect(questions.filter((question) => question.includes('born'))).toEqual([]);
});

test('at most so many of each subject, from all over the set', () => {
  const many = Array.from({ length: 10 }, (_, i) =>
    row(`What is book ${i} of Li Wei?`, `Li Wei wrote book ${i}.`),
  );
  const questions = neighbourQuestions(forget, many, 2);
  expect(questions.filter((question) => question.includes('Hiro Tanaka'))).toEqual([
    'What is book 0 of Hiro Tanaka?',
    'What is book 5 of Hiro Tanaka?',
  ]);
});

test('conversations, contexts and questions of nobody have none', () => {
  const asked = row('Where was Li Wei born?', 'Li Wei was born in Beijing.');
  const turns: Example = {
    messages: [{ role: 'system', content: 'You are a registrar.' }, ...asked.messages],
    answer: asked.answer,
  };
  const shown = { ...asked, context: 'A register.' };
  expect(neighbourQuestions(forget, [turns, shown, row('What is two?', 'A number.')], 9)).toEqual(
    [],
  );
});
