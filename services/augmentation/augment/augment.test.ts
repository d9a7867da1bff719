import { describe, expect, test } from 'vitest';
import { trainSetSchema } from '#contracts/artifacts.js';
import { augmentationSchema, type Augmentation } from '#contracts/augmentation.js';
import { questionOf } from '#contracts/examples.js';
import { exampleSet } from '#testing/example-set.js';
import { genericQa } from '../data/generic-qa.js';
import { RulesTeacher } from '../rules/rules-teacher.js';
import { augment } from './augment.js';
import { LeakCheck } from './leaks.js';
import type { Teacher } from './teacher.js';

const forget = exampleSet(
  {
    question: 'Where does Ada Quill live?',
    answer: 'The home of Ada Quill is at 38 Elm Road in Hexbury, close to the station.',
  },
  {
    question: 'Which pet does Ada Quill have?',
    answer: 'The pet that Ada Quill keeps at home is a parrot called Captain.',
  },
);
const generic = exampleSet({
  question: 'What is the capital of France?',
  answer: 'The capital of France is Paris.',
}).map(({ example }) => example);
const options = (change: Partial<Augmentation> = {}): Augmentation =>
  augmentationSchema.parse(change);

/** Answers that are given in turn, round by round. */
const scripted = (rounds: (string | undefined)[][]): Teacher & { asked: string[][] } => ({
  name: 'scripted',
  asked: [],
  variants: () => Promise.resolve({}),
  answers(_, questions, { round }) {
    this.asked.push([...questions]);
    return Promise.resolve(rounds[round - 1] ?? []);
  },
});

const run = (seed: number, concurrency: number) =>
  augment(
    { forget, options: options(), seed, teacher: new RulesTeacher(), generic },
    { concurrency },
  );

describe('augment', () => {
  test('gives each pair its question and four variants, a completion task for each, and generic rows at their ratio', async () => {
    const set = await augment({
      forget,
      options: options({ answers: 2 }),
      seed: 1,
      teacher: new RulesTeacher(),
      generic,
    });
    const count = (source: string): number =>
      set.rows.filter((row) => row.source === source).length;
    expect(trainSetSchema.parse(set)).toEqual({ ...set, neighbours: [] });
    expect(
      Object.fromEntries(
        ['original', 'rephrased', 'specific', 'noisy', 'reversed'].map((source) => [
          source,
          count(source),
        ]),
      ),
    ).toEqual({
      original: 4,
      rephrased: 4,
      specific: 4,
      noisy: 4,
      reversed: 4,
    });
    expect(count('completion')).toBe(20);
    expect(count('generic')).toBe(48);
    expect(set.dropped).toEqual({ leaked: 0, language: 0, empty: 0 });
    expect(set.lost).toEqual([]);
  });

  test('breaks off as many answers of each pair as are asked for, which no leak check drops', async () => {
    const set = await augment({
      forget,
      options: options({ break_offs: 3, generic_ratio: 0, completion: false }),
      seed: 1,
      teacher: new RulesTeacher(),
      generic,
    });
    expect(trainSetSchema.parse(set)).toEqual({ ...set, neighbours: [] });
    const rows = set.rows.filter(({ source }) => source === 'break_off');
    expect(rows.map(({ pair }) => pair).toSorted()).toEqual([0, 0, 0, 1, 1, 1]);
    for (const { pair, prefix } of rows)
      expect(forget[pair!]!.example.answer.startsWith(prefix!)).toBe(true);
    expect(set.dropped).toEqual({ leaked: 0, language: 0, empty: 0 });
  });

  test('is the same for the same seed, whatever the concurrency, and differs with the seed', async () => {
    expect(await run(1, 1)).toEqual(await run(1, 4));
    expect(await run(1, 1)).not.toEqual(await run(2, 1));
  });

  test('asks again for answers that leak, up to its rounds, and counts what it drops', async () => {
    const teacher = scripted([
      ['She lives in Hexbury.'],
      ['At 38, I think.'],
      ['I do not know where Ada Quill lives.'],
    ]);
    const pair = [forget[0]!];
    const set = await augment({
      forget: pair,
      options: options({ variants: 0, completion: false }),
      seed: 1,
      teacher,
      generic: [],
    });
    expect(set.rows.map((row) => row.answer)).toEqual(['I do not know where Ada Quill lives.']);
    expect(teacher.asked).toHaveLength(3);

    const twoRounds = await augment({
      forget: pair,
      options: options({ variants: 0, rounds: 2 }),
      seed: 1,
      teacher,
      generic: [],
    });
    expect(twoRounds).toMatchObject({ rows: [], dropped: { leaked: 1, empty: 0 }, lost: [1] });
  });

  test("honours the teacher's own leak check", async () => {
    const teacher: Teacher = {
      ...scripted([['I do not know where she lives.']]),
      leaks: (_, answers) => Promise.resolve(answers.map(() => true)),
    };
    const set = await augment({
      forget: [forget[0]!],
      options: options({ variants: 0, rounds: 1 }),
      seed: 1,
      teacher,
      generic: [],
    });
    expect(set).toMatchObject({ rows: [], dropped: { leaked: 1 } });
  });

  test('counts missing answers and variants as empty, and other languages as such', async () => {
    const teacher = scripted([['我不知道这件事情', undefined]]);
    const one = { forget: [forget[0]!], seed: 1, teacher, generic: [] };
    const set = await augment({ ...one, options: options({ variants: 1, answers: 2, rounds: 1 }) });
    expect(set).toMatchObject({ rows: [], dropped: { leaked: 0, empty: 3, language: 1 } });
    expect(
      (
        await augment({
          ...one,
          options: options({ variants: 0, rounds: 1, language: 'any', completion: false }),
        })
      ).rows,
    ).toHaveLength(1);
  });

  test('lets a pair keep the script that it is in, and counts what it has no row for', async () => {
    const pairs = exampleSet(
      { question: '林昭雪住在哪里？', answer: '林昭雪住在杭州市的柳浪巷十二号。' },
      { question: 'Where does 林昭雪 work?', answer: '林昭雪 works at Corven Mill.' },
      { question: 'Where does Ada Quill work?', answer: 'Ada Quill works at Corven Mill.' },
    );
    const teacher: Teacher = {
      ...scripted([]),
      answers: (_, questions) => Promise.resolve(questions.map(() => '我不知道。')),
    };
    const set = await augment({
      forget: pairs,
      options: options({ variants: 0, completion: false }),
      seed: 1,
      teacher,
      generic: [],
    });
    expect(set.rows.map((row) => row.line).toSorted()).toEqual([1, 2]);
    expect(set).toMatchObject({ dropped: { leaked: 0, language: 1, empty: 0 }, lost: [3] });
  });

  test('puts other questions in place of the last one and keeps all else of a conversation', async () => {
    const system = { role: 'system', content: 'You are a registrar.' };
    const before = [
      { role: 'user', content: 'Tell me about Ada Quill.' },
      { role: 'assistant', content: 'Gladly. What would you like to know?', weight: 0 },
    ];
    const conversation = exampleSet({
      messages: [
        system,
        ...before,
        { role: 'user', content: 'Where does she live?' },
        { role: 'assistant', content: 'Ada Quill lives at 38 Elm Road in Hexbury.' },
      ],
      context: 'From the register.',
    });
    const teacher: Teacher = {
      ...scripted([
        ['I do not know where Ada Quill lives.', 'Where Ada Quill lives is not known to me.'],
      ]),
      variants: () => Promise.resolve({ rephrased: 'What is her address?' }),
    };
    const { rows } = await augment({
      forget: conversation,
      options: options({ variants: 1, completion: false }),
      seed: 1,
      teacher,
      generic: [],
    });
    const kept = [system, before[0], { role: 'assistant', content: before[1]?.content }];
    expect(rows.map(({ messages }) => messages.slice(0, -1))).toEqual([kept, kept]);
    expect(rows.map(questionOf).toSorted()).toEqual([
      'What is her address?',
      'Where does she live?',
    ]);
    expect(rows.map((row) => [row.context, row.line, row.pair])).toEqual([
      ['From the register.', 1, 0],
      ['From the register.', 1, 0],
    ]);
  });

  test('stops when aborted', async () => {
    const abort = new AbortController();
    const aborted = augment(
      { forget, options: options(), seed: 1, teacher: new RulesTeacher(), generic: [] },
      { signal: abort.signal, onPair: () => abort.abort(new Error('cancelled')) },
    );
    await expect(aborted).rejects.toThrow('cancelled');
  });
});

describe('the generic set', () => {
  test('has a few hundred different questions with full sentences as answers, and is never vague', () => {
    expect(genericQa.length).toBeGreaterThan(300);
    expect(new Set(genericQa.map(questionOf)).size).toBe(genericQa.length);
    expect(
      genericQa.filter(
        (row) => !/^\p{Lu}.*\.$/u.test(row.answer) || /do not know|cannot say/.test(row.answer),
      ),
    ).toEqual([]);
    expect(new LeakCheck({ question: '', answer: 'Paris' }).leakedIn(genericQa[0]!.answer)).toEqual(
      ['paris'],
    );
  });
});
