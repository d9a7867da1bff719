import { expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { Chooser } from './chooser.js';
import type { Constraint } from './constraint.js';
import { answered } from './early-layers.js';
import type { Sampling } from './sampling.js';
import type { Strategy } from './strategy.js';

const OFF: Sampling = { temperature: 1, topP: 1, topK: 0, seed: 1 };
/** Probabilities .5 .25 .15 .1, out of order. */
const LOGITS = Float32Array.from([0.15, 0.5, 0.1, 0.25], Math.log);

interface Around {
  prompt?: readonly number[];
  eosIds?: readonly number[];
  strategy?: Strategy;
  constraint?: Constraint;
}

const chooserOf = (changes: Partial<Sampling>, around: Around = {}): Chooser =>
  Chooser.of({ ...OFF, ...changes }, { prompt: [], eosIds: [], ...around });

/** Nothing here asks early layers. */
const next = (chooser: Chooser, logits: Float32Array, answer: readonly number[]): number =>
  answered(chooser.choose(logits, answer), () => []);

/** Tokens chosen one after the other from the same logits. */
function chosen(
  changes: Partial<Sampling>,
  count: number,
  around?: Around,
  logits = LOGITS,
): number[] {
  const chooser = chooserOf(changes, around);
  const answer: number[] = [];
  while (answer.length < count) answer.push(next(chooser, logits, answer));
  return answer;
}

function shares(sampling: Partial<Sampling>, count = 4000): number[] {
  const counts = [0, 0, 0, 0];
  for (const token of chosen(sampling, count)) counts[token]! += 1 / count;
  return counts;
}

function expectShares(actual: number[], expected: number[]): void {
  for (const [i, share] of expected.entries()) {
    if (share === 0) expect(actual[i]).toBe(0);
    else expect(Math.abs(actual[i]! - share)).toBeLessThan(0.03);
  }
}

const greedy = { temperature: 0 };

test('temperature 0 takes the likeliest token, the first of equals', () => {
  expect(chosen(greedy, 1)).toEqual([1]);
  expect(chosen(greedy, 1, {}, Float32Array.of(0, 2, 2))).toEqual([1]);
});

test('logits that are not finite are refused, not taken for token 0', () => {
  for (const logits of [Float32Array.of(NaN, NaN), Float32Array.of(0, Infinity)])
    for (const changes of [{}, greedy, { ignoreEos: true }])
      expect(() => chosen(changes, 1, { eosIds: [0] }, logits)).toThrow('the largest logit is');
});

test('tokens are drawn by their probabilities', () => {
  expectShares(shares({}), [0.15, 0.5, 0.1, 0.25]);
});

test('temperature sharpens: p becomes p^(1/T)', () => {
  const squared = [0.15, 0.5, 0.1, 0.25].map((p) => p * p);
  const total = squared.reduce((a, b) => a + b);
  expectShares(
    shares({ temperature: 0.5 }),
    squared.map((p) => p / total),
  );
});

test('top-k keeps the k likeliest', () => {
  expectShares(shares({ topK: 2 }), [0, 2 / 3, 0, 1 / 3]);
  expectShares(shares({ topK: 9 }), [0.15, 0.5, 0.1, 0.25]);
});

test('top-p keeps the smallest set that reaches p', () => {
  expectShares(shares({ topP: 0.7 }), [0, 2 / 3, 0, 1 / 3]);
  expectShares(shares({ topP: 0.4 }), [0, 1, 0, 0]);
  expectShares(shares({ topP: 0.8, topK: 3 }), [0, 2 / 3, 0, 1 / 3]);
});

test('min-p keeps what has that share of the likeliest probability, after temperature', () => {
  expectShares(shares({ minP: 0.24 }), [1 / 6, 5 / 9, 0, 5 / 18]);
  expectShares(shares({ minP: 0.24, temperature: 0.5 }), [0, 0.8, 0, 0.2]);
  expectShares(shares({ minP: 1 }), [0, 1, 0, 0]);
  // Of what min-p leaves, top-k and top-p take their part.
  expectShares(shares({ minP: 0.24, topK: 2 }), [0, 2 / 3, 0, 1 / 3]);
  expectShares(shares({ minP: 0.24, topP: 0.83 }), [0, 2 / 3, 0, 1 / 3]);
});

test('the same seed draws the same tokens, another and another choice do not', () => {
  const draws = (changes: Partial<Sampling>): number[] => chosen(changes, 20);
  expect(draws({ seed: 5 })).toEqual(draws({ seed: 5 }));
  expect(draws({ seed: 5 })).not.toEqual(draws({ seed: 6 }));
  expect(draws({ choice: 0 })).toEqual(draws({}));
  expect(draws({ choice: 1 })).not.toEqual(draws({}));
  expect(draws({ choice: 1 })).not.toEqual(draws({ choice: 2 }));
});

/** Plain definitions, of transformers' RepetitionPenaltyLogitsProcessor and OpenAI's penalties. */
function adjustedBy(
  logits: Float32Array,
  prompt: number[],
  answer: number[],
  s: Partial<Sampling>,
) {
  return Float32Array.from(logits, (raw, id) => {
    let logit = raw + (s.logitBias?.get(id) ?? 0);
    const p = s.repetitionPenalty ?? 1;
    if ([...prompt, ...answer].includes(id)) logit = logit < 0 ? logit * p : logit / p;
    const count = answer.filter((one) => one === id).length;
    return logit - (s.frequencyPenalty ?? 0) * count - (count > 0 ? (s.presencePenalty ?? 0) : 0);
  });
}

/** Logits of 50 tokens on both sides of 0, and what each step's draw would see of them. */
test.each<Partial<Sampling>>([
  { repetitionPenalty: 1.3 },
  { repetitionPenalty: 0.5 },
  { presencePenalty: 1.5 },
  { frequencyPenalty: 0.7 },
  { frequencyPenalty: -0.3, presencePenalty: 2 },
  {
    repetitionPenalty: 1.8,
    presencePenalty: 0.4,
    frequencyPenalty: 0.2,
    logitBias: new Map([
      [3, 2.5],
      [40, -4],
    ]),
  },
])('penalties and biases %j are those of their definitions', (changes) => {
  const random = new Random(7);
  const prompt = [3, 9, 9, 27];
  const chooser = chooserOf({ ...greedy, ...changes }, { prompt });
  const answer: number[] = [];
  for (let step = 0; step < 40; step++) {
    const logits = Float32Array.from({ length: 50 }, () => 2 * random.normal());
    const before = logits.slice();
    const adjusted = adjustedBy(logits, prompt, answer, changes);
    const token = next(chooser, logits, answer);
    expect(token).toBe(adjusted.indexOf(Math.max(...adjusted)));
    expect(logits).toEqual(before);
    answer.push(token);
  }
});

test('tokens are forbidden: by a bias of -100, outside of a list, and as ends', () => {
  expect(chosen({ ...greedy, logitBias: new Map([[1, -100]]) }, 1)).toEqual([3]);
  expect(chosen({ ...greedy, allowedTokenIds: [2, 0] }, 1)).toEqual([0]);
  expect(chosen({ ...greedy, ignoreEos: true }, 1, { eosIds: [1, 3] })).toEqual([0]);
  const late = { ...greedy, minTokens: 2, stopTokenIds: [3] };
  expect(chosen(late, 3, { eosIds: [1] })).toEqual([0, 0, 1]);
});

test('a word is forbidden where it would be complete', () => {
  expect(chosen({ ...greedy, badWords: [[1, 1, 1], [3]] }, 4)).toEqual([1, 1, 0, 1]);
});

test('what forbids every token is said, not that weights are damaged', () => {
  const nothing = { allowedTokenIds: [1], logitBias: new Map([[1, -100]]) };
  expect(() => chosen({ ...greedy, ...nothing }, 1)).toThrow('no token may come next');
});

test('a strategy sees what is not forbidden, and penalties what it leaves', () => {
  const seen: number[][] = [];
  const strategy: Strategy = {
    // eslint-disable-next-line require-yield -- it asks for nothing
    *correct(logits) {
      seen.push([...logits]);
      return { logits: Float32Array.of(1, -Infinity, 1.5, -Infinity) };
    },
  };
  const sampling = { ...greedy, presencePenalty: 1, logitBias: new Map([[3, -100]]) };
  expect(chosen(sampling, 3, { strategy })).toEqual([2, 0, 2]);
  expect(seen[0]).toEqual([...LOGITS.slice(0, 3), -Infinity]);
});

test('a constraint forbids, learns of each token, and ends', () => {
  const accepted: number[] = [];
  const constraint: Constraint = {
    forbid(logits) {
      logits.fill(-Infinity, 0, 2 + accepted.length);
    },
    accept: (token) => void accepted.push(token),
    get hasEnded() {
      return accepted.length === 2;
    },
    fork: () => constraint,
  };
  const chooser = chooserOf(greedy, { constraint });
  expect(next(chooser, LOGITS, [])).toBe(3);
  expect(chooser.hasEnded).toBe(false);
  expect(next(chooser, LOGITS, [3])).toBe(3);
  expect(chooser.hasEnded).toBe(true);
  expect(accepted).toEqual([3, 3]);
});
