import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import { sharedData } from '#testing/shared-data.js';
import { membershipOf } from './membership.js';
import { Tally } from './tally.js';

const losses = (
  probe: 'gold' | 'holdout',
  role: AuditRole,
  values: readonly (number | null)[],
): AuditRow[] =>
  values.map((loss, index) => ({
    probe,
    role,
    index,
    question: 'q',
    gold: 'g',
    figures:
      loss === null ? ({} as AuditRow['figures']) : { loss, zlib: loss / 10, minK: 2 * loss },
  }));

/** The forget set's losses rise from 1 by 1, the holdout's from `start`. */
const both = (role: AuditRole, start: number, count = 20): AuditRow[] => [
  ...losses('gold', role, rising(1, count)),
  ...losses('holdout', role, rising(start, count)),
];
const rising = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i);

test('says how well each score tells the forget set, of every model', async () => {
  const rows = [...both('after', 1), ...both('before', 100), ...both('reference', -100)];
  const membership = membershipOf(await Tally.of(rows))!;
  expect(membership).toMatchObject({ forget: 20, holdout: 20 });
  const [loss, zlib, minK, reference] = membership.scores;
  for (const [one, score] of [
    [loss, 'loss'],
    [zlib, 'zlib'],
    [minK, 'minK'],
  ] as const)
    expect(one).toMatchObject({ score, after: 0.5, before: 1, reference: 0 });
  expect(loss!.difference).toMatchObject({ value: 0.5 });
  // Losses less the reference's: 0 of the forget set, 101 of the holdout.
  expect(reference).toMatchObject({ score: 'reference', after: 1, before: 1, reference: null });
  // AUC .5 where the reference has 0: half of what is left of 1.
  expect(membership.privleak!.value).toBeCloseTo(-50, 6);
});

test('an interval is as wide as so few questions make it, and a model is no other than itself', async () => {
  const rows = [...both('after', 6), ...both('reference', 6)];
  const { scores, privleak } = membershipOf(await Tally.of(rows))!;
  const [loss] = scores;
  // 20 values each, shifted by 5: 15 * 16 / 2 pairs of 400 lie the other way, 15 tie.
  expect(loss!.after).toBeCloseTo(1 - (105 + 7.5) / 400, 12);
  const [low, high] = loss!.interval;
  // Hanley and McNeil's standard error is .075.
  expect(high - low).toBeGreaterThan(0.2);
  expect(high - low).toBeLessThan(0.4);
  expect(loss!.difference).toEqual({ value: 0, interval: [0, 0] });
  expect(privleak).toEqual({ value: 0, interval: [0, 0] });
});

test('without a reference chance stands for it', async () => {
  const { scores, privleak } = membershipOf(await Tally.of(both('after', 100)))!;
  expect(scores.map(({ score }) => score)).toEqual(['loss', 'zlib', 'minK']);
  expect(scores[0]).toMatchObject({ after: 1, before: null, reference: null });
  expect(scores[0]!.difference).toEqual({ value: 0.5, interval: [0.5, 0.5] });
  expect(privleak!.value).toBeCloseTo(-100, 6);
});

test('questions count that every model has a score of', async () => {
  const rows = [
    ...losses('gold', 'after', [1, 2, null]),
    ...losses('gold', 'reference', [null, 1, 1]),
    ...losses('holdout', 'after', [3, 1]),
    ...losses('holdout', 'reference', [3, 3]),
  ];
  const { scores } = membershipOf(await Tally.of(rows))!;
  expect(scores[0]).toMatchObject({ score: 'loss', after: 0.5, reference: 1 });
});

test('there is none without questions of both sets', async () => {
  expect(membershipOf(await Tally.of(losses('gold', 'after', [1])))).toBeNull();
  expect(membershipOf(await Tally.of(losses('holdout', 'after', [1])))).toBeNull();
});

const folder = sharedData('unlearning-logs/open-unlearning-logs');

const read = (run: string): any =>
  JSON.parse(readFileSync(`${folder}/tofu_Llama-3.2-1B-Instruct_${run}.TOFU_EVAL.json`, 'utf8'));

test.skipIf(!folder)('has the AUCs and the PrivLeak of a log of open-unlearning', async () => {
  const names = { loss: 'loss', zlib: 'zlib', minK: 'min_k', minKPlusPlus: 'min_k_plus_plus' };
  const rowsOf = (log: any, role: AuditRole): AuditRow[] =>
    (['gold', 'holdout'] as const).flatMap((probe) => {
      const columns = Object.entries(names).map(([figure, name]) => {
        const group = log[`mia_${name}`][probe === 'gold' ? 'forget' : 'holdout'];
        return Object.values<any>(group.value_by_index).map(({ score }) => [figure, score]);
      });
      return columns[0]!.map((_, index) => ({
        probe,
        role,
        index,
        question: 'q',
        gold: 'g',
        figures: Object.fromEntries(columns.map((column) => column[index]!)),
      }));
    });
  const [full, retain] = [read('full_forget10'), read('retain90')];
  const tally = await Tally.of([...rowsOf(full, 'after'), ...rowsOf(retain, 'reference')]);
  const { forget, holdout, scores, privleak } = membershipOf(tally)!;
  expect([forget, holdout]).toEqual([400, 400]);
  for (const [figure, name] of Object.entries(names)) {
    const found = scores.find(({ score }) => score === figure)!;
    expect(found.after).toBeCloseTo(full[`mia_${name}`].agg_value, 12);
    expect(found.reference).toBeCloseTo(retain[`mia_${name}`].agg_value, 12);
  }
  expect(privleak!.value).toBeCloseTo(full.privleak.agg_value, 9);
});

const norms = (
  probe: 'gradient' | 'holdout-gradient',
  role: AuditRole,
  values: readonly number[],
): AuditRow[] =>
  values.map((gradientNorm, index) => ({
    probe,
    role,
    index,
    question: 'q',
    gold: 'g',
    figures: { gradientNorm },
  }));

test('the norms of gradients come from probes of their own', async () => {
  const few = [
    ...norms('gradient', 'after', [1, 2, 5]),
    ...norms('holdout-gradient', 'after', [4, 6]),
  ];
  // Of six pairs one lies the other way.
  const told = { score: 'gradientNorm', after: 5 / 6, reference: null };
  const beside = membershipOf(await Tally.of([...both('after', 1), ...few]))!;
  expect(beside.scores.at(-1)).toMatchObject(told);
  const alone = membershipOf(await Tally.of(few));
  expect(alone).toMatchObject({ forget: 3, holdout: 2, scores: [told], privleak: null });
});

test.skipIf(!folder)('has the GradNorm of logs of open-unlearning', async () => {
  const rowsOf = (log: any, role: AuditRole): AuditRow[] => {
    const scores = (group: string): number[] =>
      Object.values<any>(log.mia_gradnorm[group].value_by_index).map(({ score }) => score);
    return [
      ...norms('gradient', role, scores('forget')),
      ...norms('holdout-gradient', role, scores('holdout')),
    ];
  };
  const [full, retain] = [read('full_forget10'), read('retain90')];
  const tally = await Tally.of([...rowsOf(full, 'after'), ...rowsOf(retain, 'reference')]);
  const [found] = membershipOf(tally)!.scores;
  expect(found!.after).toBeCloseTo(full.mia_gradnorm.auc, 12);
  expect(found!.reference).toBeCloseTo(retain.mia_gradnorm.auc, 12);
  expect(found!.difference.interval[0]).toBeGreaterThan(0.6);
});
