import { expect, test } from 'vitest';
import type { Example } from '#contracts/examples.js';
import { choices } from './choices.js';

const example: Example = {
  messages: [{ role: 'user', content: ' Which gas is heaviest? ' }],
  answer: 'Xenon',
  choices: ['Neon', 'Xenon', 'Argon'],
};
const around = { asked: [], retain: [] };
const scores = (...sums: number[]) =>
  sums.map((sum) => ({
    sum,
    tokenLogProbs: [sum],
    greedy: [],
    mean: [],
    variance: [],
    layers: [],
    spelling: null,
    gradientNorm: 0,
    patched: [],
    swept: null,
  }));

test('asks as lm-evaluation-harness does', () => {
  const text = 'Which gas is heaviest?\nA. Neon\nB. Xenon\nC. Argon\nAnswer:';
  expect(choices.items(example, around)).toEqual(
    [' A', ' B', ' C'].map((completion) => ({ prompt: { text }, completion })),
  );
  const { choices: _, ...open } = example;
  expect(choices.items(open, around)).toEqual([]);
});

test('is right where the likeliest letter is that of the answer', () => {
  const items = choices.items(example, around);
  expect(choices.figures(scores(-2, -1, -3), example, items)).toEqual({ accuracy: 1 });
  expect(choices.figures(scores(-1, -1, -3), example, items)).toEqual({ accuracy: 0 });
  const cut = scores(-2, -1, -3).map((one) => ({ ...one, tokenLogProbs: [] }));
  expect(choices.figures(cut, example, items)).toEqual({});
});
