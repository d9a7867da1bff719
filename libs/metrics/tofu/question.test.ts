import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { tofuFigures } from './question.js';
import type { TofuSet } from './scores.js';

const golden = sharedData(
  'unlearning-logs/open-unlearning-logs/tofu_Llama-3.2-1B-Instruct_full_forget10.TOFU_EVAL.json',
);
type Scores = Record<string, { prob: unknown; avg_loss: unknown; score: number }>;

describe('tofuFigures', () => {
  const ln = Math.log;

  test('by hand: the right answer at 1/2, in other words at 1/4, wrong ones at 1/8', () => {
    const losses = { gold: ln(2), paraphrased: ln(4), wrong: [ln(8), ln(8)] };
    const forget = tofuFigures('forget', losses);
    expect(forget['probability']).toBeCloseTo(0.5, 9);
    expect(forget['truthRatio']).toBeCloseTo(0.5, 8);
    expect(forget['indifference']).toBeCloseTo(0.5, 8);
    expect(forget['truthfulness']).toBeUndefined();
    expect(tofuFigures('retain', losses)['truthfulness']).toBeCloseTo(0.5, 8);
    // Of authors 1/2 among 1/2, 1/8 and 1/8; and the gold answer is its own paraphrase.
    const authors = tofuFigures('authors', { gold: ln(2), wrong: [ln(8), ln(8)] });
    expect(authors['probability']).toBeCloseTo(2 / 3, 8);
    expect(authors['truthfulness']).toBeCloseTo(0.75, 8);
  });

  test.skipIf(!golden).each([
    ['forget', 'forget_Q_A_Prob', 'forget_Q_A_PARA_Prob', 'forget_Q_A_PERT_Prob'],
    ['retain', 'retain_Q_A_Prob', 'retain_Q_A_PARA_Prob', 'retain_Q_A_PERT_Prob'],
    ['authors', 'ra_Q_A_Prob', undefined, 'ra_Q_A_PERT_Prob'],
    ['facts', 'wf_Q_A_Prob', undefined, 'wf_Q_A_PERT_Prob'],
  ] as const)("gives open-unlearning's own figures of %s", (set, gold, paraphrased, wrong) => {
    const log = JSON.parse(readFileSync(golden!, 'utf8')) as Record<string, object>;
    const scores = (metric: string) =>
      (log[metric] as { value_by_index: Scores }).value_by_index as Readonly<Scores>;
    const short = { forget: 'forget', retain: 'retain', authors: 'ra', facts: 'wf' }[set];
    const ratios = scores(set === 'forget' ? 'forget_truth_ratio' : `${short}_Truth_Ratio`);
    const probabilities = scores(paraphrased ? gold : `${gold}_normalised`);
    const questions = Object.keys(scores(gold));
    expect(questions.length).toBeGreaterThan(99);
    for (const index of questions) {
      const loss = (metric: string) => scores(metric)[index]!.avg_loss;
      const found = tofuFigures(set satisfies TofuSet, {
        gold: loss(gold) as number,
        ...(paraphrased ? { paraphrased: loss(paraphrased) as number } : {}),
        wrong: loss(wrong) as number[],
      });
      const told = probabilities[index]!.prob as number;
      expect(Math.abs(found['probability']! / told - 1)).toBeLessThan(1e-5);
      expect(Math.abs(found['truthRatio']! / ratios[index]!.score - 1)).toBeLessThan(1e-5);
    }
  });
});
