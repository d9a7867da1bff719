import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { readOpenUnlearningLog } from './log.js';
import { openUnlearningReport } from './report.js';

const read = (value: object) => readOpenUnlearningLog(JSON.stringify(value), 'x.json');
const byIndex = (...entries: unknown[]) => ({
  value_by_index: Object.fromEntries(entries.map((entry, i) => [i, entry])),
});
const attack = (forget: number[], holdout: number[]) => ({
  forget: byIndex(...forget.map((score) => ({ score }))),
  holdout: byIndex(...holdout.map((score) => ({ score }))),
});

test('by hand: means over the questions that were scored, AUCs, privleak', () => {
  const log = {
    exact_memorization: byIndex({ score: 1 }, { score: 0.5 }, null, { score: null }),
    forget_knowmem_ROUGE: byIndex({ rougeL_f1: 0.4, rougeL_recall: 1 }),
    forget_truth_ratio: byIndex({ score: 2 }, { score: 0.25 }),
    ra_Truth_Ratio: byIndex({ score: 2 }, { score: 0.25 }),
    mia_min_k: attack([1, 2], [3, 1.5]),
    unknown: 1,
  };
  const retain = { mia_min_k: attack([1, 2], [1.5, 1.5]) };
  const figures = openUnlearningReport(read(log), read(retain));
  expect(figures).toEqual({
    exact_memorization: 0.75,
    forget_knowmem_ROUGE: 0.4,
    forget_truth_ratio: 0.375,
    ra_Truth_Ratio: 0.375,
    mia_min_k: 0.75,
    privleak: expect.closeTo(-50, 7),
  });
});

test.each([
  [{ exact_memorization: {} }, 'key "exact_memorization.value_by_index" is missing'],
  [
    { forget_Q_A_Prob: byIndex({ prob: 'x' }) },
    'key "forget_Q_A_Prob.value_by_index.0.prob" must be a number',
  ],
  [{ version: {} }, 'has no metric of open-unlearning'],
  [{ mia_loss: { forget: byIndex({ score: 1 }) } }, 'key "mia_loss.holdout" is missing'],
])('names what does not fit: %j', (log, message) => {
  expect(() => read(log)).toThrow(`x.json: ${message}`);
});

describe('published logs', () => {
  const folder = sharedData('unlearning-logs/open-unlearning-logs');
  const text = (name: string): string => readFileSync(`${folder}/${name}.json`, 'utf8');
  const log = (name: string) => readOpenUnlearningLog(text(name), name);
  const tofu = (name: string): string => `tofu_Llama-${name}.TOFU_EVAL`;
  const muse = (name: string): string => `muse_${name}.MUSE_EVAL.notext`;
  const pairs = [
    [tofu('2-7b-chat-hf_full_forget01'), tofu('2-7b-chat-hf_retain99')],
    [tofu('3.1-8B-Instruct_full_forget05'), tofu('3.1-8B-Instruct_retain95')],
    [tofu('3.2-1B-Instruct_full_forget10'), tofu('3.2-1B-Instruct_retain90')],
    [muse('Books_target'), muse('Books_retrain')],
    [muse('News_target'), muse('News_retrain')],
  ] as const;

  test.skipIf(!folder).each(pairs)('have our figures: %s', (name, retain) => {
    const logged = JSON.parse(text(name)) as Record<string, { agg_value: number | null }>;
    const figures = openUnlearningReport(log(name), log(retain), log(name));
    const compared = Object.entries(logged).filter(([metric]) => metric !== 'forget_quality');
    expect(compared.length).toBeGreaterThanOrEqual(12);
    for (const [metric, { agg_value: expected }] of compared)
      expect(figures[metric], metric).toBeCloseTo(expected!, 6);
    if (name.startsWith('tofu')) expect(figures['Utility']).toBe(1);
  });

  test.skipIf(!folder)('show what the retrained model forgot', () => {
    const [full, retain] = pairs[2].map(log) as [ReturnType<typeof log>, ReturnType<typeof log>];
    const before = openUnlearningReport(full, retain, full);
    const after = openUnlearningReport(retain, retain, full);
    expect(after['Privacy']).toBe(1);
    expect(after['Mem']).toBeGreaterThan(before['Mem']! + 0.3);
    expect(after['Overall']).toBeGreaterThan(before['Overall']! + 0.3);
  });
});
