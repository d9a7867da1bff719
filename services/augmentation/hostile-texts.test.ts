import { expect, test } from 'vitest';
import { slowOver } from '#testing/hostile-texts.js';
import { LeakCheck } from './augment/leaks.js';
import { seededRandom } from './augment/random.js';
import { completionOf, drifts } from './augment/rows.js';
import { variantKinds } from './augment/teacher.js';
import { addNoise } from './rules/noise.js';
import { readQuestion } from './rules/question-form.js';
import { RulesTeacher } from './rules/rules-teacher.js';
import { topicOf } from './rules/topics.js';

/** As long as what is augmented may be. */
const LENGTH = 16_384;
const teacher = new RulesTeacher();
const attempt = { round: 1, random: seededRandom(1, 'hostile') };
const rowOf = (text: string) => ({
  messages: [{ role: 'user' as const, content: text }],
  answer: text,
});

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'leaks of a text': (text) => new LeakCheck({ question: 'Where?', answer: text }).leakedIn(text),
  'leaks of what was asked': (text) =>
    new LeakCheck({ question: text, answer: text }).leakedIn(text),
  completionOf: (text) => completionOf(rowOf(text)),
  drifts: (text) => drifts(rowOf(text), rowOf(text)),
  addNoise: (text) => addNoise(attempt.random, text, text),
  readQuestion: (text) => readQuestion(text, text),
  'readQuestion in a question': (text) => readQuestion(`What is ${text} of?`, 'Paris'),
  topicOf,
  'variants of the rules': (text) =>
    teacher.variants({ question: text, answer: text }, variantKinds, attempt),
  'answers of the rules': (text) =>
    teacher.answers({ question: text, answer: text }, [text, text], attempt),
};

test.each(Object.entries(readers))(
  '%s: reads any text in linear time',
  async (_, read) => {
    expect(await slowOver(read, LENGTH)).toEqual([]);
  },
  120_000,
);
