import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { harmonicMean } from '../statistics.js';
import {
  memScore,
  nearness,
  overallScore,
  privacyScore,
  utilityOf,
  utilityScore,
} from './aggregate.js';
import {
  faithfulness,
  quantisation,
  relearning,
  robustness,
  symmetricQuantisation,
  symmetricRelearning,
} from './meta-evaluation.js';

describe('by hand', () => {
  test('Mem of 1/2, 1/2, 3/4 and 3/4 known', () => {
    const known = { extractionStrength: 1 / 2, exactMemorisation: 1 / 2 };
    expect(memScore({ ...known, paraphraseProbability: 3 / 4, truthRatio: 3 / 4 })).toBeCloseTo(
      1 / 3,
      14,
    );
    expect(memScore({ ...known, paraphraseProbability: 0, truthRatio: 1 })).toBe(0);
  });

  test('Privacy, Utility and Overall', () => {
    expect(nearness(0.9, 0.6)).toBeCloseTo(0.5, 14);
    expect(nearness(0.3, 0.6)).toBeCloseTo(0.5, 14);
    expect(nearness(1, 0.4)).toBe(0);
    expect(privacyScore([1, 1 / 3])).toBeCloseTo(0.5, 14);
    expect(utilityScore(utilityOf(0.6, 0.3), 0.5)).toBeCloseTo(0.8, 14);
    expect(utilityScore(0.6, 0.5)).toBe(1);
    expect(overallScore(1, 1, 0.25)).toBeCloseTo(0.5, 14);
  });

  test('faithfulness and robustness', () => {
    expect(faithfulness([0.9, 0.8], [0.1, 0.85])).toBe(0.75);
    const [unlearned, retain] = [
      { before: 0.2, after: 0.6 },
      { before: 0.1, after: 0.2 },
    ];
    expect(relearning(unlearned, retain)).toBeCloseTo(1 / 4, 14);
    expect(relearning(retain, unlearned)).toBe(1);
    expect(symmetricRelearning(unlearned, retain)).toBeCloseTo(2 / 5, 14);
    expect(symmetricRelearning(retain, unlearned)).toBeCloseTo(2 / 5, 14);
    expect(symmetricRelearning({ before: 1, after: 1 }, { before: 0, after: 0 })).toBe(1);
    expect(quantisation({ before: 0.4, after: 0.3 })).toBeCloseTo(3 / 4, 14);
    expect(quantisation({ before: 0.3, after: 0.4 })).toBe(1);
    expect(symmetricQuantisation({ before: 0.4, after: 0.2 })).toBeCloseTo(2 / 3, 14);
    expect(robustness(1, 1 / 3)).toBeCloseTo(0.5, 14);
  });
});

describe('published aggregates', () => {
  const folder = sharedData('unlearning-logs/uds');
  const read = (name: string): any => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));

  /** Theirs adds 1e-12 to each value. */
  const near = (ours: number, theirs: number, of: string) =>
    expect(Math.abs(ours - theirs), of).toBeLessThan(1e-10);

  test.skipIf(!folder)('of 152 models come out of their parts', () => {
    const { models, full_utility: full } = read('method_results');
    expect(models.length).toBe(152);
    for (const model of models) {
      const mem = memScore({
        extractionStrength: 1 - model.one_minus_es,
        exactMemorisation: 1 - model.one_minus_em,
        paraphraseProbability: 1 - model.one_minus_paraprob,
        truthRatio: 1 - model.one_minus_truth,
      });
      const attacks = privacyScore([model.s_loss, model.s_zlib, model.s_mink, model.s_minkpp]);
      const privacy = harmonicMean([attacks, model.uds]);
      const parts = ['retain_q', 'ra_q', 'wf_q'].flatMap((set) => [
        model[`${set}_prob`],
        model[`${set}_rouge`],
        model[`${set.slice(0, -2)}_truth_ratio`],
      ]);
      const utility = utilityOf(harmonicMean(parts), model.fluency);
      near(mem, model.mem, `Mem of ${model.model}`);
      near(attacks, model.privacy_mia, `s_a of ${model.model}`);
      near(privacy, model.privacy, `Privacy of ${model.model}`);
      near(utility, model.utility, `Utility of ${model.model}`);
      const relative = utilityScore(utility, full[model.epoch]);
      if (!model.is_reference) near(relative, model.utility_rel, `Utility of ${model.model}`);
      near(
        overallScore(mem, privacy, model.utility_rel),
        model.overall,
        `Overall of ${model.model}`,
      );
    }
  });

  test.skipIf(!folder)('of meta-evaluation, which are published to four digits', () => {
    for (const [name, { relearning: r, quantization: q, agg }] of Object.entries<any>(
      read('meta_eval').robustness,
    ))
      expect(Math.abs(robustness(r, q) - agg), name).toBeLessThan(1e-4);
  });
});
