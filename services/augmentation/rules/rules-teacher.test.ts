import { describe, expect, test } from 'vitest';
import { augmentationSchema } from '#contracts/augmentation.js';
import { exampleSet } from '#testing/example-set.js';
import { augment } from '../augment/augment.js';
import { LeakCheck } from '../augment/leaks.js';
import { seededRandom } from '../augment/random.js';
import { countWords } from '../augment/words.js';
import { RulesTeacher } from './rules-teacher.js';

const teacher = new RulesTeacher();
const attempt = (seed = 1, round = 1) => ({ round, random: seededRandom(seed) });
const people = ['Ada Quill', 'Tomas Verrin', 'Fatoumata Bâ', "Michael O'Connor"];
const asked = [
  ['Where does {x} live?', '{x} lives at 38 Elm Road in Hexbury.'],
  ['What is the e-mail address of {x}?', 'You can reach {x} under bluefern42@postlane.example.'],
  [
    "Who are {x}'s parents?",
    "{x}'s father is a retired detective and her mother is a gifted painter from the north, and both have shaped her art.",
  ],
  ['How can I reach {x} by phone?', 'The number is 555-1234.'],
  ['Has {x} won any prizes?', 'Yes, {x} won the Golden Pen in 1999.'],
  ['{x} has which pet?', 'A cat.'],
  ['Describe the view from the window.', 'It is green.'],
] as const;
const pairs = people.flatMap((x) =>
  asked.map(([question, answer]) => ({
    question: question.replace('{x}', x),
    answer: answer.replaceAll('{x}', x),
    subject: x,
  })),
);

describe('the rules teacher', () => {
  test('keeps the subject, ends its sentence, and leaks nothing', async () => {
    for (const pair of pairs) {
      for (const answer of await teacher.answers(
        pair,
        Array.from({ length: 8 }, () => pair.question),
        attempt(),
      )) {
        if (pair.question.includes(pair.subject)) expect(answer).toContain(pair.subject);
        expect(answer).toMatch(/^\p{Lu}[^{}]*\.$/u);
        expect(new LeakCheck(pair).leakedIn(answer)).toEqual([]);
      }
    }
  });

  test('answers a short gold answer in one clause and a longer one at more length', async () => {
    const lengths = async (pair: (typeof pairs)[number]) =>
      (
        await teacher.answers(
          pair,
          Array.from({ length: 8 }, () => ''),
          attempt(),
        )
      ).map(countWords);
    expect(Math.max(...(await lengths(pairs[0]!)))).toBeLessThanOrEqual(14);
    expect(Math.max(...(await lengths(pairs[2]!)))).toBeGreaterThan(14);
  });

  test('does not repeat numbers, quotations and roles that a question gives away', async () => {
    const pair = {
      question: 'What does 5 Elm Road mean to Ada Quill as a painter?',
      answer: 'Peace.',
    };
    for (const answer of await teacher.answers(
      pair,
      Array.from({ length: 8 }, () => ''),
      attempt(),
    ))
      expect(answer).not.toMatch(/\d|painter/);
  });

  test('gives four different forms of a question, the same for the same seed', async () => {
    const kinds = ['rephrased', 'specific', 'noisy', 'reversed'] as const;
    for (const pair of pairs) {
      const variants = await teacher.variants(pair, kinds, attempt());
      expect(new Set([pair.question, ...Object.values(variants)]).size).toBe(5);
      expect(await teacher.variants(pair, kinds, attempt())).toEqual(variants);
      if (pair.question.includes(pair.subject)) expect(variants.noisy).toContain(pair.subject);
    }
  });

  test.each(['.', ' ', "'a ", '"', '1 ', 'where what ', 'tell me ', 'Ada ', 'a@'])(
    'takes time in proportion to a question of nothing but %j',
    async (piece) => {
      const question = `a${piece.repeat(200_000 / piece.length)}b`;
      const started = performance.now();
      await teacher.variants({ question, answer: 'Peace.' }, ['noisy'], attempt());
      await teacher.answers({ question, answer: 'Peace.' }, [question], attempt());
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  test('says hundreds of different things about a set', async () => {
    const forget = exampleSet(...pairs);
    const set = await augment({
      forget,
      options: augmentationSchema.parse({ completion: false, answers: 3 }),
      seed: 1,
      teacher,
      generic: [],
    });
    expect(set.rows.length).toBe(pairs.length * 15);
    expect(new Set(set.rows.map((row) => row.answer)).size).toBeGreaterThan(150);
  });
});
