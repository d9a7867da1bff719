import { expect, test } from 'vitest';
import type { CandidateTexts } from './base-protocol.js';
import { offeredLinks } from './offered-links.js';

const candidate = (name: string, score: number, asked: number[]): CandidateTexts => ({
  id: name,
  name,
  type: 't',
  score,
  names: [name],
  attributes: ['a', 'b'],
  asked,
  rows: [['v'], []],
});
const found = {
  candidates: [candidate('x', 4, [0.2, 0.6]), candidate('y', 3, [0.7, 0.3])],
  likeness: 2,
};
const row = { tokens: [9], values: 1 };
const tokens = [1, 2].map((n) => ({
  links: [
    [n, 1],
    [n, 2],
  ],
  rows: [row, { tokens: [], values: 0 }],
}));

const weights = (weight: number, attributeWeight: number): (number | undefined)[] =>
  offeredLinks(found, tokens, {
    hiddenNames: [],
    noLink: [0],
    weight,
    attributeWeight,
    isWorded: true,
  }).paths.map((path) => path.weight);

test('links weigh what the retriever says of their entity, and of none', () => {
  const [x, y, none] = [4, 3, 2].map((score) => 0.7 * Math.log(score / 4));
  // To the bit: what a wording asks for adds nothing.
  expect(weights(0.7, 0)).toEqual([none, x, x, y, y]);
});

test('links of one entity weigh what the wording asks for besides, the best of them nothing', () => {
  const [none, ...links] = weights(0, 2);
  expect(none).toBeCloseTo(0, 12);
  const [first, second] = [2 * Math.log(0.2 / 0.6), 2 * Math.log(0.3 / 0.7)];
  for (const [i, weight] of [first, 0, 0, second].entries())
    expect(links[i]).toBeCloseTo(weight, 12);
  const both = weights(1, 2);
  expect(both[2]).toBe(weights(1, 0)[2]);
  expect(both[4]).toBeCloseTo(Math.log(3 / 4) + second, 12);
});
