import { expect, test } from 'vitest';
import type { Example } from '#contracts/examples.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import { multipleChoice } from './multiple-choice.js';
import { yesNo } from './yes-no.js';

const people = ['Ada Quill', 'Hiro Tanaka', 'Bree Sol', 'Jonas Fair'];
const towns = ['Oxbow', 'Tarnholt-on-the-Water', 'Westmere', 'Greyford'];
const [ada, ...others] = people.map((person, i): Example => ({
  messages: [{ role: 'user', content: `Where was ${person} born?` }],
  answer: `${person} was born in ${towns[i]}.`,
})) as [Example, ...Example[]];
const around = { asked: [ada], retain: others };
const gold = ada.answer;

/** Scores of items, each of one token. */
const scored = (items: ScoreItem[], logProbOf: (item: ScoreItem) => number) =>
  items.map((item) => ({
    sum: logProbOf(item),
    tokenLogProbs: [logProbOf(item)],
    greedy: [],
    mean: [],
    variance: [],
    layers: [],
    spelling: null,
    gradientNorm: 0,
    patched: [],
    swept: null,
  }));
const said = ({ prompt }: ScoreItem): string => prompt?.chat?.messages?.at(-1)?.content ?? '';

test('the gold answer is one of four, which are scored as answers and by their letters', () => {
  const items = multipleChoice.items(ada, around);
  const options = items.slice(0, 4).map(({ completion }) => completion);
  expect(options.toSorted()).toEqual(
    towns.map((town) => `Ada Quill was born in ${town}.`).toSorted(),
  );
  expect(items.slice(4).map(({ completion }) => completion)).toEqual(['A', 'B', 'C', 'D']);
  expect(said(items[4]!)).toBe(
    [
      'Where was Ada Quill born?',
      ...options.map((option, i) => `${'ABCD'[i]}. ${option}`),
      'Answer with one letter.',
    ].join('\n'),
  );
});

test('right is the likeliest, by itself, for its length, and by its letter', () => {
  const items = multipleChoice.items(ada, around);
  const letter = 'ABCD'[items.findIndex(({ completion }) => completion === gold)];
  const figures = (logProbOf: (item: ScoreItem) => number) =>
    multipleChoice.figures(scored(items, logProbOf), ada, items);
  expect(
    figures(({ completion }) => (completion === gold || completion === letter ? -1 : -2)),
  ).toEqual({
    accuracy: 1,
    accuracyNormalised: 1,
    accuracyLettered: 1,
  });
  expect(
    figures(({ completion }) => (completion === gold || completion === letter ? -2 : -1)),
  ).toEqual({
    accuracy: 0,
    accuracyNormalised: 0,
    accuracyLettered: 0,
  });
  // The longest is the likeliest for its length, the shortest by itself.
  expect(figures(({ completion }) => (completion === gold ? -20 : -21))).toMatchObject({
    accuracy: 1,
    accuracyNormalised: 0,
  });
});

test('of fewer answers than four nothing is asked', () => {
  expect(multipleChoice.items(ada, { asked: [ada], retain: others.slice(1) })).toEqual([]);
  expect(yesNo.items(ada, { asked: [ada], retain: [] })).toEqual([]);
});

test('what the context has no room for has no figures', () => {
  const items = multipleChoice.items(ada, around);
  const scores = scored(items, () => -1);
  scores[7] = { ...scores[7]!, tokenLogProbs: [] };
  expect(multipleChoice.figures(scores, ada, items)).toEqual({});
});

test('yes and no are asked of the gold answer and of a wrong one', () => {
  const items = yesNo.items(ada, around);
  expect(items.map(({ completion }) => completion)).toEqual(['Yes', 'No', 'Yes', 'No']);
  expect(said(items[0]!)).toBe(
    `Where was Ada Quill born? Is it true that the answer is "${gold}"? Say Yes or No.`,
  );
  expect(said(items[2]!)).not.toContain('Oxbow');
  // Of yes and no alone: 3 to 1 for the gold answer, 1 to 1 for the other.
  const logProbs = [0.3, 0.1, 0.2, 0.2].map(Math.log);
  const figures = yesNo.figures(
    scored(items, (item) => logProbs[items.indexOf(item)]!),
    ada,
    items,
  );
  expect(figures.yesToGold).toBeCloseTo(0.75, 14);
  expect(figures).toMatchObject({ yesToWrong: 0.5, accuracy: 1 });
});
