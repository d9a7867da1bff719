import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';
import { areaUnderCurve } from '../membership/area-under-curve.js';
import type { Linked, Spoken } from './answer.js';
import { bleu } from './bleu.js';
import { leakage } from './leakage.js';
import { candidateRecall, linkFigures } from './links.js';
import { isClearlyBetter } from './paired.js';
import { refusalFigures } from './refusals.js';
import { rougeL, textFigures } from './texts.js';
import { chooseThreshold, isAnswered, NO_THRESHOLD } from './threshold.js';
import { tokensOf } from './tokens.js';

const linked = (given: Partial<Linked> = {}): Linked => ({
  split: 'seen',
  use: 'test',
  entities: ['flu'],
  attributes: ['symptoms'],
  link: { entity: 'flu', attribute: 'symptoms' },
  isGrounded: true,
  mass: -0.1,
  margin: 2,
  candidates: ['flu', 'cold'],
  ...given,
});
const absent = (given: Partial<Linked> = {}): Linked =>
  linked({ split: 'absent', entities: [], ...given });
const wrong = (given: Partial<Linked> = {}): Linked =>
  linked({ link: { entity: 'cold', attribute: 'symptoms' }, ...given });

describe('links', () => {
  test('count each of the entities that a question may mean, and the attribute by itself', () => {
    const answers = [
      linked(),
      // Two names, either of which is right.
      linked({ entities: ['flu-a', 'flu-b'], link: { entity: 'flu-b', attribute: 'cause' } }),
      wrong(),
      linked({ link: undefined }),
      // Its attribute can be right all the same.
      absent(),
      linked({ split: 'unsupported', attributes: [] }),
    ];
    const { entity, attribute, row } = linkFigures(answers);
    expect([entity.value, entity.n]).toEqual([3 / 5, 5]);
    expect([attribute.value, attribute.n]).toEqual([3 / 5, 5]);
    expect([row.value, row.n]).toEqual([1 / 4, 4]);
    expect(row.interval?.[0]).toBeCloseTo(0.0456, 4);
    expect(linkFigures([]).row).toEqual({ value: null, interval: null, n: 0 });
  });

  test('are found among the first candidates', () => {
    const answers = [linked(), linked({ candidates: ['cold', 'flu'] }), absent()];
    const recalls = [1, 2].map((k) => candidateRecall(answers, k));
    expect(recalls.map(({ value, n }) => [value, n])).toEqual([
      [0.5, 2],
      [1, 2],
    ]);
  });
});

describe('a threshold', () => {
  const chosen = (answers: readonly Linked[], wanted: number) => {
    const { precision, coverage, ...rest } = chooseThreshold(answers, wanted);
    return { ...rest, precision: precision.value, coverage: coverage.value ?? 0 };
  };
  const masses = (...given: number[]): Linked[] => given.map((mass) => linked({ mass }));

  test('answers as many as the precision lets it', () => {
    const answers = [...masses(-0.1, -0.2, -0.3, -0.9), absent({ mass: -0.5 })];
    // At -.9 four of five are right; above the absent one three of three.
    expect(chosen(answers, 0.99)).toEqual({
      minMass: -0.3,
      margin: 0,
      precision: 1,
      coverage: 0.75,
      reached: true,
    });
    expect(chosen(answers, 0.8)).toMatchObject({ minMass: -0.9, coverage: 1 });
  });

  test('of margin keeps what mass would have to give up', () => {
    const answers = [...masses(-0.1, -0.9), wrong({ mass: -0.05, margin: 0.5 })];
    expect(chosen(answers, 0.99)).toMatchObject({
      minMass: -0.9,
      margin: 2,
      precision: 1,
      coverage: 2 / 3,
    });
  });

  test('refuses nothing that the question names, whatever its mass and margin', () => {
    const named = linked({ isNamed: true, mass: -5, margin: 0 });
    expect(isAnswered(named, { minMass: -0.1, margin: 3 })).toBe(true);
    expect(isAnswered({ ...named, isGrounded: false })).toBe(false);
    const answers = [named, ...masses(-0.1, -0.9), absent({ mass: -0.5 })];
    // Above the absent one two of two are right, and one more is answered anyhow.
    expect(chosen(answers, 0.99)).toEqual({
      minMass: -0.1,
      margin: 0,
      precision: 1,
      coverage: 2 / 3,
      reached: true,
    });
    // What the question names alone is right: all else is refused.
    const rest = [named, absent({ mass: -0.1 })];
    expect(chosen(rest, 0.99)).toMatchObject({ minMass: 0, margin: 0, coverage: 1 });
  });

  test('answers equal masses together', () => {
    const answers = [...masses(-0.2, -0.2), absent({ mass: -0.2 })];
    expect(chosen(answers, 0.99)).toMatchObject({ precision: 2 / 3, reached: false });
  });

  test('that cannot be reached is the most precise one, and says so', () => {
    const answers = [wrong({ mass: -0.01 }), linked({ mass: -0.1 }), wrong({ mass: -0.2 })];
    expect(chosen(answers, 0.99)).toEqual({
      minMass: -0.1,
      margin: 0,
      precision: 1 / 2,
      coverage: 2 / 3,
      reached: false,
    });
    expect(chosen([], 0.99)).toMatchObject({ precision: null, reached: false });
  });

  /** Right at -.01, -.02 and so on; the wrong ones among them. */
  const few = (right: number, ...wrongAt: number[]): Linked[] => [
    ...masses(...Array.from({ length: right }, (_, i) => -(i + 1) / 100)),
    ...wrongAt.map((mass) => wrong({ mass, split: 'unseen_wording' })),
  ];

  test('is not ruled by one outlier where so few answers cannot tell it from chance', () => {
    // Of 80 one is wrong, and more sure than all but 36. Lower bounds: 36/36 .904, 79/80 .933.
    const answers = few(79, -0.365);
    const { precision, coverage, reached } = chooseThreshold(answers, 0.99);
    expect([precision.value, precision.n, reached]).toEqual([79 / 80, 80, false]);
    expect(precision.interval![0]).toBeCloseTo(0.933, 3);
    expect(coverage).toMatchObject({ value: 1, n: 80 });
    // One of 100 is what .99 allows.
    expect(chosen(few(99, -0.365), 0.99)).toMatchObject({ precision: 0.99, reached: true });
  });

  test('is not lax where many answers tell that it must not be', () => {
    // Of 220 three are wrong, of the first 200 two: .99 is to be had, of many, and is taken.
    const answers = few(217, -0.005, -1.005, -2.145);
    expect(chosen(answers, 0.99)).toMatchObject({ minMass: -2.14, reached: true });
    // Of 80 ten are wrong: .99 is ruled out, and the 36 before them are not given up for them.
    const worse = few(70, ...Array.from({ length: 10 }, (_, i) => -0.365 - i / 10_000));
    expect(chosen(worse, 0.99)).toMatchObject({ minMass: -0.36, precision: 1, reached: true });
    // Where all is to be right, one wrong answer rules it out.
    expect(chosen(few(79, -0.365), 1)).toMatchObject({ minMass: -0.36, reached: true });
  });

  test('is the best of all that there are', () => {
    let state = 7;
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    const answers = Array.from({ length: 24 }, () => {
      const [mass, margin] = [-Math.round(random() * 9), Math.round(random() * 5)];
      return [linked, wrong, absent][Math.floor(random() * 3)]!({ mass, margin });
    });
    const coverages = answers.flatMap(({ mass: minMass }) =>
      answers.flatMap(({ margin }) => {
        const { answerPrecision, coverage } = refusalFigures(answers, { minMass, margin });
        return (answerPrecision.value ?? 0) >= 0.6 ? [coverage.value ?? 0] : [];
      }),
    );
    const choice = chosen(answers, 0.6);
    expect(choice.coverage).toBe(Math.max(...coverages));
    expect(choice.reached).toBe(coverages.length > 0);
  });
});

describe('refusals', () => {
  const answers = [
    linked({ mass: -0.1 }),
    linked({ mass: -0.6 }),
    wrong({ mass: -0.2 }),
    absent({ mass: -0.3 }),
    absent({ link: undefined, mass: 0 }),
    linked({ split: 'unsupported', attributes: [], isGrounded: false }),
  ];

  test('are right where no row answers', () => {
    const figures = refusalFigures(answers, { minMass: -0.5, margin: 0 });
    const values = Object.entries(figures).map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(values)).toEqual({
      answerPrecision: 1 / 3,
      coverage: 2 / 3,
      precision: 2 / 3,
      recall: 2 / 3,
      absentAnswered: 1 / 2,
      // Absent -.3 and nothing named; there -.1, -.6, -.2 and the unsupported one's -.1.
      entityAuroc: areaUnderCurve([-0.3, -Infinity], [-0.1, -0.6, -0.2, -0.1]),
      // Right -.1, -.6; not -.2, -.3, nothing named, and the unsupported one's -.1: 4.5 of 8 pairs.
      linkAuroc: 4.5 / 8,
    });
    expect(figures.entityAuroc.value).toBe(7 / 8);
  });

  test('need no threshold where there is no row', () => {
    expect(answers.map((answer) => isAnswered(answer, NO_THRESHOLD))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('have no area where all are of one kind', () => {
    expect(refusalFigures([linked()], NO_THRESHOLD).entityAuroc.value).toBeNull();
  });
});

test('is clearly better what gains more than the toss of a coin would give it', () => {
  // 3 of 3 is sqrt(3) = 1.73 standard deviations, 2 of 2 is 1.41, and 20 to 10 is 1.83.
  const pairs: [number, number][] = [
    [3, 0],
    [2, 0],
    [20, 10],
    [19, 10],
    [0, 0],
    [0, 9],
  ];
  expect(pairs.map((pair) => isClearlyBetter(...pair))).toEqual([
    true,
    false,
    true,
    true,
    false,
    false,
  ]);
});

const spoken = (given: Partial<Spoken>): Spoken => ({
  text: '',
  gold: '',
  row: ['发热', '咳嗽'],
  said: [],
  unfounded: [],
  guarded: false,
  cited: [],
  citedAndSaid: [],
  ...given,
});

describe('texts', () => {
  test('say values of the row, of the question, and others', () => {
    const { valueRecall, valuePrecision, hallucinated, guarded, citationCorrect } = textFigures([
      spoken({ said: ['发热'], cited: ['发热', '咳嗽'], citedAndSaid: ['发热'] }),
      // 低热 is another value than the 发热 of the row.
      spoken({ said: ['低热', '咳嗽', '发热'], unfounded: ['低热'] }),
      // Said by the question: of no row, and founded.
      spoken({ said: ['头痛'], guarded: true, cited: ['发热'], citedAndSaid: ['发热'] }),
      spoken({ row: [] }),
    ]);
    expect(valueRecall.value).toBeCloseTo((0.5 + 1 + 0) / 3, 12);
    expect(valuePrecision.value).toBeCloseTo((1 + 2 / 3 + 0) / 3, 12);
    expect([hallucinated.value, guarded.value, citationCorrect.value]).toEqual([0.25, 0.25, 0.5]);
    expect([valueRecall.n, hallucinated.n, citationCorrect.n]).toEqual([3, 4, 2]);
  });

  test('are cut into words, or characters where there are no spaces', () => {
    expect(tokensOf('Ｖitamin B12，维生素。かぜ café')).toEqual(
      'vitamin b12 维 生 素 か ぜ café'.split(' '),
    );
  });

  test('have ROUGE-L of Chinese', () => {
    // 感 冒 发 热 in 感 冒 有 发 热: 4 of 4 and of 5.
    expect(rougeL({ text: '感冒发热', gold: '感冒有发热。' })).toBeCloseTo(8 / 9, 12);
    expect(rougeL({ text: '', gold: '感冒' })).toBe(0);
  });

  test('have the BLEU of sacrebleu', () => {
    const path = join(projectRoot, 'test/golden/bleu/expected.json');
    const golden = JSON.parse(readFileSync(path, 'utf8')) as {
      pairs: { text: string; gold: string }[];
      bleu: number;
    };
    const { value, interval } = bleu(golden.pairs);
    expect(value).toBeCloseTo(golden.bleu, 12);
    expect(interval![0]).toBeLessThan(value!);
    expect(bleu(golden.pairs.slice(-1)).value).toBe(0);
  });
});

test('leakage is what a model says without the base, after less before', () => {
  const row = ['a', 'b'];
  const { before, after, difference } = leakage([
    { before: { row, said: [] }, after: { row, said: ['a'] } },
    { before: { row, said: ['a'] }, after: { row, said: ['a', 'b', 'c'] } },
  ]);
  expect([before.value, after.value, difference.value]).toEqual([0.25, 0.75, 0.5]);
  expect(difference.interval).toEqual([0.5, 0.5]);
});
