import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { mean } from '../statistics.js';
import { erasureDepth, layerErasure } from './erasure-depth.js';
import { exactMemorisation } from './exact-memorisation.js';
import { extractionStrength } from './extraction-strength.js';
import { probability } from './probability.js';
import {
  indifference,
  OPEN_UNLEARNING_EPSILON,
  rightShare,
  truthfulness,
  truthRatio,
} from './truth-ratio.js';

/** 1 where the token is the likeliest one. */
const greedy = (tokens: string): boolean[] => Array.from(tokens, (token) => token === '1');

// tokens, EM, ES, ES of open-unlearning.
test.each([
  ['11111', 1, 1, 1],
  ['01111', 0.8, 0.8, 0.8],
  ['10111', 0.8, 0.6, 0.6],
  ['00001', 0.2, 0.2, 0.2],
  ['11110', 0.8, 0, 0.2],
  ['00000', 0, 0, 0.2],
  ['1', 1, 1, 1],
  ['0', 0, 0, 1],
  ['', undefined, undefined, 0],
])('memorisation of %o', (tokens, em, es, theirs) => {
  expect(exactMemorisation(greedy(tokens))).toBe(em);
  if (es === undefined) expect(extractionStrength([])).toBeUndefined();
  else expect(extractionStrength(greedy(tokens))).toBeCloseTo(es, 15);
  expect(extractionStrength(greedy(tokens), { oneOverT: true })).toBeCloseTo(theirs, 15);
});

test('probability: two tokens at 1/4 and 1/16', () => {
  expect(probability([Math.log(1 / 4), Math.log(1 / 16)])).toBeCloseTo(1 / 8, 15);
  expect(probability(Float32Array.of(0, 0))).toBe(1);
  expect(probability([])).toBeUndefined();
});

describe('truth ratio', () => {
  const loss = (p: number) => -Math.log(p);

  test('is over the geometric mean: wrong answers at 1/4 and 1/16, the right one at 1/2', () => {
    const ratio = truthRatio(loss(1 / 2), [loss(1 / 4), loss(1 / 16)]);
    expect(ratio).toBeCloseTo(1 / 4, 15);
    expect(indifference(ratio)).toBeCloseTo(1 / 4, 15);
    expect(indifference(1 / ratio)).toBeCloseTo(1 / 4, 15);
    expect(truthfulness(ratio)).toBeCloseTo(3 / 4, 15);
    expect(truthfulness(4)).toBe(0);
    expect(rightShare(loss(1 / 2), [loss(1 / 4), loss(1 / 16)])).toBeCloseTo(4 / 5, 9);
  });

  test('has an epsilon where the right answer is as good as impossible', () =>
    expect(truthRatio(loss(1e-10), [loss(0.5)], OPEN_UNLEARNING_EPSILON)).toBeCloseTo(0.25e10, 0));
});

test('erasure by layer is what was lost of what the layer held, within 0 and 1', () => {
  const held = { before: -1, reference: -5 };
  expect(layerErasure({ ...held, after: -2 })).toBe(1 / 4);
  expect(layerErasure({ ...held, after: -7 })).toBe(1);
  expect(layerErasure({ ...held, after: 0 })).toBe(0);
  expect(layerErasure({ before: -1, reference: -1.04, after: -7 })).toBeUndefined();
  const layers = [
    { ...held, after: -2 },
    { before: -1, reference: -3, after: -3 },
    { before: -4, reference: -4, after: -9 },
  ];
  expect(erasureDepth(layers)).toBeCloseTo((4 * 0.25 + 2 * 1) / 6, 14);
  expect(erasureDepth([])).toBeUndefined();
});

describe('logs of open-unlearning', () => {
  const folder = sharedData('unlearning-logs/open-unlearning-logs');
  const runs = ['full_forget10', 'retain90'];
  const read = (run: string): any =>
    JSON.parse(readFileSync(`${folder}/tofu_Llama-3.2-1B-Instruct_${run}.TOFU_EVAL.json`, 'utf8'));
  const scores = (metric: any, field: string): any[] =>
    Object.values<any>(metric.value_by_index).map((entry) => entry[field]);

  test.skipIf(!folder).each(runs)('hold the truth ratios of their losses: %s', (run) => {
    const log = read(run);
    const right = scores(log.forget_Q_A_PARA_Prob, 'avg_loss');
    const wrong = scores(log.forget_Q_A_PERT_Prob, 'avg_loss');
    const logged = scores(log.forget_truth_ratio, 'score');
    const ratios = right.map((loss, i) => truthRatio(loss, wrong[i], OPEN_UNLEARNING_EPSILON));
    ratios.forEach((ratio, i) => expect(Math.abs(ratio / logged[i] - 1)).toBeLessThan(1e-13));
    // Theirs adds an epsilon here too.
    const closeness = mean(ratios.map(indifference));
    expect(Math.abs(closeness / log.forget_truth_ratio.agg_value - 1)).toBeLessThan(1e-9);
  });

  test.skipIf(!folder).each(runs)('hold probabilities of single precision: %s', (run) => {
    for (const { prob, avg_loss } of Object.values<any>(read(run).forget_Q_A_Prob.value_by_index))
      expect(Math.abs(probability([-avg_loss])! / prob - 1)).toBeLessThan(1e-6);
  });

  test.skipIf(!folder).each(runs)('hold ES and EM that one answer can have: %s', (run) => {
    const log = read(run);
    const strengths = scores(log.extraction_strength, 'score');
    const shares = scores(log.exact_memorization, 'score');
    // Never 0, which is their 1/T; 1 only where EM is, which they have in single precision.
    strengths.forEach((strength, i) => {
      expect(strength).toBeGreaterThan(0);
      expect(strength === 1).toBe(Math.fround(shares[i]!) > 1 - 1e-6);
    });
    const difference = (metric: string, values: number[]) =>
      Math.abs(mean(values) - log[metric].agg_value);
    expect(difference('extraction_strength', strengths)).toBeLessThan(1e-15);
    expect(difference('exact_memorization', shares)).toBeLessThan(1e-15);
  });
});
