import { expect, test } from 'vitest';
import { reportRowSchema, summarySchema } from '#contracts/artifacts.js';
import type { RatedAnswer } from '#metrics/judge-answer.js';
import { metrics } from './index.js';
import type { ScoredAnswer } from './metric.js';

const answered = {
  set: 'forget',
  index: 0,
  question: 'Where was Ada Quill born?',
  gold: 'In Westmere.',
  answer: 'In Oxbow.',
} as const;
const scored: ScoredAnswer = {
  ...answered,
  underBase: { sum: -2, tokens: 2 },
  ofGold: { sum: -6, tokens: 3 },
  finish: 'stop',
};
const rated: RatedAnswer = {
  judged: {
    goldEntities: ['Westmere'],
    answerEntities: ['Oxbow'],
    coverage: 0,
    answerSimilarity: null,
    contradiction: true,
    identified: false,
    verdict: true,
    unjudged: null,
  },
  ratings: { forgetting: 5, relevance: 4, fluency: 5 },
};
const row = { ...metrics.row(scored), ...metrics.verdict(rated) };

/** In the order in which reports have had them. */
const earlier = [
  'perplexity',
  'goldLogProb',
  'rouge1',
  'rougeL',
  'brunet',
  'honore',
  'goldEntities',
  'answerEntities',
  'coverage',
  'contradiction',
  'verdict',
];

test('a row has the figures of its schema and no others, in the order of earlier reports', () => {
  expect(reportRowSchema.strict().parse({ ...answered, ...row })).toMatchObject({
    perplexity: Math.E,
    goldLogProb: -2,
    rouge1: 0.5,
    verdict: true,
  });
  expect(Object.keys(row).filter((name) => earlier.includes(name))).toEqual(earlier);
});

test('a summary has the figures of its schema and no others, each of its own set', () => {
  const silent = { ...row, verdict: false, perplexity: null, rouge1: 0, rougeL: 0 };
  const unrated = { ...silent, loops: true, ratings: null };
  const summary = metrics.summary({ forget: [row, unrated], retain: [unrated] });
  expect(summarySchema.strict().parse(summary)).toMatchObject({
    kfr: 0.5,
    krr: 0,
    lsRetain: 0,
    rouge1Forget: 0.25,
    rougeLForget: 0.25,
    rouge1Retain: 0,
    loopsForget: 0.5,
    loopsRetain: 1,
    loopsForgetInterval: [expect.closeTo(0.0945, 4), expect.closeTo(0.9055, 4)],
    kfrInterval: [expect.closeTo(0.0945, 4), expect.closeTo(0.9055, 4)],
    goldProbForget: Math.exp(-2),
    goldProbRetain: Math.exp(-2),
    goldProbForgetInterval: [Math.exp(-2), Math.exp(-2)],
    rouge1ForgetInterval: [0, 0.5],
    lsForgetInterval: [0, expect.closeTo(summary.lsForget, 1)],
    medianPerplexityForget: Math.E,
    medianPerplexityRetain: null,
    medianLsRetain: 0,
    silentForget: 1,
    silentRetain: 1,
    ratingsForget: {
      forgetting: { mean: 5, interval: [5, 5] },
      relevance: { mean: 4, interval: [4, 4] },
      fluency: { mean: 5, interval: [5, 5] },
      unrated: 1,
    },
    ratingsRetain: null,
  });
  expect(summary.lsForget).toBeGreaterThan(0);
});

test('an answer that says one word to its end is in a loop, whatever it began with', () => {
  const said = (answer: string) => metrics.row({ ...scored, answer, finish: 'length' }).loops;
  const stammered = `Fans can contact${' contacting'.repeat(12)}`;
  expect(said(stammered)).toBe(true);
  expect(said(`${stammered} conta`)).toBe(true);
  expect(said(`${stammered} her publisher.`)).toBe(false);
  expect(said('Fans can write to her publisher.')).toBe(false);
});
