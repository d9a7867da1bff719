import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { areaUnderCurve } from './area-under-curve.js';
import { lossScore, referenceScore } from './loss.js';
import { minK, minKPlusPlus } from './min-k.js';
import { privleak, relativeDifference } from './privleak.js';
import { zlibScore } from './zlib.js';

describe('scores', () => {
  // Expected values by open-unlearning's lines, under numpy.
  const logProbs = [-3.3003, -5.6181, -2.0727, -3.616, -3.181, -2.4028, -4.0964];
  const means = [-1.5709, -0.935, -1.4651, -1.2188, -1.132, -1.5219, -1.0674];
  const variances = [0.3814, 0.7338, 0, 0.7364, 0.9571, 0.3669, 0.4972];

  test('Min-K% takes the lowest, one at least', () => {
    expect(minK(logProbs)).toBeCloseTo(4.85725, 14);
    expect(minK(logProbs, 0.2)).toBeCloseTo(5.6181, 14);
    expect(minK(Float32Array.from([-1, -3]))).toBe(3);
    expect(minK([])).toBe(0);
  });

  test('Min-K%++ takes the lowest of normal scores, variance at least 1e-6', () => {
    expect(minKPlusPlus(logProbs, means, variances)).toBeCloseTo(306.53347170138017, 11);
    expect(minKPlusPlus(logProbs, means, variances, 0.2)).toBeCloseTo(607.6, 10);
    expect(minKPlusPlus([], [], [])).toBe(0);
    expect(() => minKPlusPlus(logProbs, means, [])).toThrow('one length');
  });

  test('LOSS and Reference', () => {
    expect(lossScore([-1, -2, -6])).toBe(3);
    expect(referenceScore(3, 4.5)).toBe(-1.5);
  });

  test('ZLib: eight bytes around no text', () => expect(zlibScore(4, '')).toBe(0.5));
});

describe('areaUnderCurve', () => {
  test('counts pairs, ties one half', () => {
    expect(areaUnderCurve([1, 2], [3, 4])).toBe(1);
    expect(areaUnderCurve([3, 4], [1, 2])).toBe(0);
    expect(areaUnderCurve([1, 1], [1])).toBe(0.5);
    // By scikit-learn.
    const [lower, higher] = [
      [0.1, 0.2, 0.2, 0.5, 0.5, 0.7],
      [0.2, 0.3, 0.5, 0.5, 0.9],
    ];
    expect(areaUnderCurve(lower, higher)).toBeCloseTo(0.6333333333333333, 15);
  });

  test('refuses an empty group and NaN', () => {
    expect(() => areaUnderCurve([], [1])).toThrow(RangeError);
    expect(() => areaUnderCurve([1], [Number.NaN])).toThrow('NaN');
  });
});

test('privleak: an AUC of .9 against .6 leaves .1 of .4', () => {
  expect(privleak(0.9, 0.6)).toBeCloseTo(-75, 7);
  expect(relativeDifference(0.9, 0.6)).toBeCloseTo(50, 7);
});

describe('logs of open-unlearning', () => {
  const folder = sharedData('unlearning-logs/open-unlearning-logs');
  const read = (name: string): any => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
  const attacks = ['gradnorm', 'loss', 'min_k', 'min_k_plus_plus', 'reference', 'zlib'];
  const names = [
    'tofu_Llama-2-7b-chat-hf_full_forget01.TOFU_EVAL',
    'tofu_Llama-2-7b-chat-hf_retain99.TOFU_EVAL',
    'tofu_Llama-3.1-8B-Instruct_full_forget05.TOFU_EVAL',
    'tofu_Llama-3.2-1B-Instruct_full_forget10.TOFU_EVAL',
    'muse_Books_target.MUSE_EVAL.notext',
    'muse_News_retrain.MUSE_EVAL.notext',
  ];
  const scores = (attack: any, group: string): number[] =>
    Object.values<any>(attack[group].value_by_index).map(({ score }) => score);

  test.skipIf(!folder).each(names)('have the AUCs of their scores: %s', (name) => {
    const log = read(name);
    const kept = attacks.filter((attack) => log[`mia_${attack}`]);
    expect(kept.length).toBeGreaterThanOrEqual(5);
    for (const attack of kept) {
      const logged = log[`mia_${attack}`];
      const auc = areaUnderCurve(scores(logged, 'forget'), scores(logged, 'holdout'));
      expect(Math.abs(auc - logged.auc), attack).toBeLessThan(1e-15);
    }
  });

  test.skipIf(!folder)('have our ZLib scores', () => {
    const log = read('tofu_Llama-3.2-1B-Instruct_full_forget10.TOFU_EVAL');
    const logged = scores(log.mia_zlib, 'forget');
    const losses = scores(log.mia_loss, 'forget');
    const texts = Object.values<any>(log.forget_Q_A_ROUGE.value_by_index);
    const ratios = texts.map(
      ({ ground_truth: text }, i) => zlibScore(losses[i]!, text) / logged[i]!,
    );
    expect(Math.max(...ratios.map((ratio) => Math.abs(ratio - 1)))).toBeLessThan(1e-12);
  });

  test.skipIf(!folder).each(['Books', 'News'])('have the privleak of their AUCs: %s', (corpus) => {
    const [target, retrain] = ['target', 'retrain'].map((run) =>
      read(`muse_${corpus}_${run}.MUSE_EVAL.notext`),
    );
    const leak = privleak(target.mia_min_k.auc, retrain.mia_min_k.auc);
    expect(Math.abs(leak - target.privleak.agg_value)).toBeLessThan(1e-12);
  });
});
