import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import type { Example } from '#contracts/examples.js';
import { mean } from '#metrics/statistics.js';
import { sharedData } from '#testing/shared-data.js';
import { truthRatio } from './measurements/truth-ratio.js';
import { Tally } from './tally.js';
import { truthOf } from './truth.js';

const asked = (rest: Partial<Example>): Example => ({
  messages: [{ role: 'user', content: 'Where?' }],
  answer: 'In Bree.',
  ...rest,
});
const tofu = asked({ paraphrases: ['Bree.'], wrong: ['In Rohan.', 'In Gondor.'] });

/** Of completions of two tokens. */
const figuresOf = (probabilities: readonly number[], example: Example) =>
  truthRatio.figures(
    probabilities.map((p) => ({
      sum: 2 * Math.log(p),
      tokenLogProbs: [Math.log(p / 2), Math.log(p * 2)],
      greedy: [],
      mean: [],
      variance: [],
      layers: [],
      spelling: null,
      gradientNorm: 0,
      patched: [],
      swept: null,
    })),
    example,
    [],
  );
const completions = (example: Example) =>
  truthRatio.items(example, { asked: [], retain: [] }).map(({ completion }) => completion);

describe('of one question', () => {
  test('the right answer in other words stands against the wrong ones', () => {
    expect(completions(tofu)).toEqual(['Bree.', 'In Rohan.', 'In Gondor.']);
    const figures = figuresOf([1 / 2, 1 / 4, 1 / 16], tofu);
    expect(figures['paraphraseProbability']).toBeCloseTo(1 / 2, 12);
    expect(figures['wrongProbability']).toBeCloseTo(5 / 32, 12);
    // Of the wrong ones the geometric mean.
    expect(figures['truthRatio']).toBeCloseTo(1 / 4, 9);
    expect(figures['indifference']).toBeCloseTo(1 / 4, 9);
    expect(figures['rightShare']).toBeCloseTo(4 / 5, 9);
  });

  test('where it is in no other words, it stands for itself', () => {
    const example = asked({ wrong: ['In Rohan.'] });
    expect(completions(example)).toEqual(['In Bree.', 'In Rohan.']);
    const figures = figuresOf([1 / 8, 1 / 4], example);
    expect(figures['truthRatio']).toBeCloseTo(2, 8);
    expect(figures['indifference']).toBeCloseTo(1 / 2, 8);
    expect(figures).not.toHaveProperty('paraphraseProbability');
  });

  test('other words without wrong answers have a probability alone', () => {
    const example = asked({ paraphrases: ['Bree.', 'It was Bree.'] });
    expect(completions(example)).toEqual(['Bree.', 'It was Bree.']);
    const figures = figuresOf([1 / 2, 1 / 4], example);
    expect(Object.keys(figures)).toEqual(['paraphraseProbability']);
    expect(figures['paraphraseProbability']).toBeCloseTo(3 / 8, 12);
  });

  test('that has neither nothing is asked', () => expect(completions(asked({}))).toEqual([]));
});

const rows = (role: AuditRole, ratios: readonly number[]): AuditRow[] =>
  ratios.map((value, index) => ({
    probe: 'truth-ratio',
    role,
    index,
    question: 'q',
    gold: 'g',
    figures: { truthRatio: value },
  }));

test('medians, and how likely the reference has the same ratios', async () => {
  const low = Array.from({ length: 10 }, (_, i) => i / 100);
  const high = low.map((value) => value + 1);
  const tally = await Tally.of([...rows('after', low), ...rows('reference', high)]);
  const { forgetQuality, ...others } = truthOf(tally)!;
  expect(others).toMatchObject({ questions: 10, before: null });
  expect(others.after).toBeCloseTo(0.045, 12);
  expect(others.reference).toBeCloseTo(1.045, 12);
  // All of one sample below the other: 2 of the 20 over 10 ways.
  expect(forgetQuality!.statistic).toBe(1);
  expect(forgetQuality!.pValue).toBeCloseTo(2 / 184_756, 12);
  expect(truthOf(await Tally.of(rows('after', low)))).toMatchObject({ forgetQuality: null });
  expect(truthOf(await Tally.of([]))).toBeNull();
});

describe('a log of open-unlearning', () => {
  const folder = sharedData('unlearning-logs/open-unlearning-logs');
  const read = (run: string): any =>
    JSON.parse(readFileSync(`${folder}/tofu_Llama-3.2-1B-Instruct_${run}.TOFU_EVAL.json`, 'utf8'));
  const columnOf = (metric: any, score: string): any[] =>
    Object.values<any>(metric.value_by_index).map((row) => row[score]);
  const questionsOf = (log: any) =>
    columnOf(log.forget_Q_A_PARA_Prob, 'avg_loss').map((right, i) => {
      const wrong: number[] = item(columnOf(log.forget_Q_A_PERT_Prob, 'avg_loss'), i);
      return figuresOf(
        [right, ...wrong].map((loss) => Math.exp(-loss)),
        tofu,
      );
    });

  test.skipIf(!folder)('has the figures of its losses, and its forget quality', async () => {
    const [full, retain] = [read('full_forget10'), read('retain90')];
    const [ours, others] = [questionsOf(full), questionsOf(retain)];
    const near = (figure: string, theirs: number[]) =>
      expect(
        Math.max(...ours.map((one, i) => Math.abs(one[figure]! / item(theirs, i) - 1))),
        figure,
      ).toBeLessThan(1e-5);
    near('paraphraseProbability', columnOf(full.forget_Q_A_PARA_Prob, 'prob'));
    near('wrongProbability', columnOf(full.forget_Q_A_PERT_Prob, 'prob').map(mean));
    near('truthRatio', columnOf(full.forget_truth_ratio, 'score'));
    expect(mean(ours.map(({ indifference = NaN }) => indifference))).toBeCloseTo(
      full.forget_truth_ratio.agg_value,
      6,
    );
    const ratios = (figures: typeof ours) => figures.map(({ truthRatio: ratio }) => ratio!);
    const tally = [...rows('after', ratios(ours)), ...rows('reference', ratios(others))];
    const { forgetQuality } = truthOf(await Tally.of(tally))!;
    expect(Math.abs(forgetQuality!.pValue / full.forget_quality.agg_value - 1)).toBeLessThan(1e-9);
  });
});
