import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { LogFormatError } from '../logs/log-format-error.js';
import { parseTofuLogs } from './read-logs.js';
import { tofuReport } from './report.js';

const folder = sharedData('tofu-golden');
const golden = (run: string) => readFileSync(`${folder}/llama2-7b-${run}.json`, 'utf8');

const originalSet = (goldLoss: number) => ({
  avg_gt_loss: { 0: goldLoss },
  average_perturb_loss: { 0: [Math.log(4), Math.log(4)] },
  avg_paraphrased_loss: { 0: Math.log(2) },
  rougeL_recall: { 0: 0.5 },
});

/** A log with one question a set. */
function tinyLog(): any {
  return {
    'eval_log.json': originalSet(Math.log(2)),
    'eval_real_author_wo_options.json': originalSet(Math.log(2)),
    'eval_real_world_wo_options.json': originalSet(Math.log(2)),
    'eval_log_forget.json': originalSet(0),
  };
}

const metric = (score: string, value: number | number[]) => ({
  agg_value: 0,
  value_by_index: { 0: { [score]: value } },
});

/** The same scores in open-unlearning's layout. */
function tinyOpenLog(): any {
  const sets = ['retain', 'ra', 'wf', 'forget'].map((set) => [
    [
      `${set}_Q_A_Prob${set === 'ra' || set === 'wf' ? '_normalised' : ''}`,
      metric('prob', set === 'forget' ? 1 : 0.5),
    ],
    [`${set}_Q_A_ROUGE`, metric('rougeL_recall', 0.5)],
    [set === 'forget' ? 'forget_truth_ratio' : `${set}_Truth_Ratio`, metric('score', 0.5)],
  ]);
  return Object.fromEntries(sets.flat());
}

describe('tofuReport', () => {
  test('computes by hand: wrong answers at 1/4, the right one at 1/2', () => {
    const report = tofuReport(parseTofuLogs(JSON.stringify(tinyLog()), 'x.json'));
    expect(report['Prob. Retain']).toBeCloseTo(0.5, 12);
    // 1/2 among 1/2, 1/4, 1/4.
    expect(report['Prob. Real World']).toBeCloseTo(0.5, 12);
    expect(report['Truth Ratio Retain']).toBeCloseTo(1 - 0.5, 12);
    expect(report['Truth Ratio Forget']).toBeCloseTo(0.5, 12);
    expect(report['Model Utility']).toBeCloseTo(0.5, 12);
    expect(report).not.toHaveProperty('Forget Quality');
  });

  test('reads open-unlearning logs to the same figures', () => {
    const original = tofuReport(parseTofuLogs(JSON.stringify(tinyLog()), 'x.json'));
    const open = tofuReport(parseTofuLogs(JSON.stringify(tinyOpenLog()), 'TOFU_EVAL.json'));
    for (const [name, figure] of Object.entries(original))
      expect(open[name], name).toBeCloseTo(figure, 12);
  });

  test('leaves out questions that open-unlearning could not score', () => {
    const log = tinyOpenLog();
    log.forget_truth_ratio.value_by_index[1] = { score: null };
    log.retain_Q_A_Prob.value_by_index[1] = null;
    expect(tofuReport(parseTofuLogs(JSON.stringify(log), 'TOFU_EVAL.json'))).toEqual(
      tofuReport(parseTofuLogs(JSON.stringify(tinyOpenLog()), 'x')),
    );
  });

  test.skipIf(!folder)('reproduces the original script on two real runs', () => {
    const expected = JSON.parse(golden('expected')) as Record<string, Record<string, number>>;
    const retain = parseTofuLogs(golden('retain90'), 'retain90');
    const reports = {
      full: tofuReport(parseTofuLogs(golden('full'), 'full'), retain),
      retain90: tofuReport(retain),
    };
    for (const run of ['full', 'retain90'] as const) {
      expect(Object.keys(reports[run]).toSorted()).toEqual(Object.keys(expected[run]!).toSorted());
      for (const [name, figure] of Object.entries(expected[run]!)) {
        expect(Math.abs(reports[run][name]! / figure - 1), `${run} ${name}`).toBeLessThan(1e-9);
      }
    }
  });
});

function failure(text: string): LogFormatError {
  try {
    parseTofuLogs(text, 'run.json');
  } catch (error) {
    return error as LogFormatError;
  }
  throw new Error('was accepted');
}

describe('parseTofuLogs', () => {
  test('names a missing set, metric and question', () => {
    const { 'eval_log_forget.json': _, ...noForget } = tinyLog();
    expect(failure(JSON.stringify(noForget)).message).toBe(
      'run.json: key "eval_log_forget.json" is missing',
    );
    const noRouge = tinyLog();
    delete noRouge['eval_log.json'].rougeL_recall;
    expect(failure(JSON.stringify(noRouge)).message).toBe(
      'run.json: key "eval_log.json.rougeL_recall" is missing',
    );
    const noQuestion = tinyLog();
    noQuestion['eval_log.json'].average_perturb_loss = {};
    expect(failure(JSON.stringify(noQuestion)).message).toBe(
      'run.json: key "eval_log.json.average_perturb_loss.0" is missing',
    );
    const noOpen = tinyOpenLog();
    delete noOpen.ra_Truth_Ratio;
    expect(failure(JSON.stringify(noOpen)).message).toBe(
      'run.json: key "ra_Truth_Ratio" is missing',
    );
  });

  test('names a value of the wrong kind, an empty metric, and what is no log at all', () => {
    const text = tinyLog();
    text['eval_log.json'].avg_gt_loss[0] = 'low';
    expect(failure(JSON.stringify(text)).message).toBe(
      'run.json: key "eval_log.json.avg_gt_loss.0" must be a number',
    );
    const empty = tinyLog();
    empty['eval_log.json'].rougeL_recall = {};
    expect(failure(JSON.stringify(empty)).message).toBe(
      'run.json: key "eval_log.json.rougeL_recall" is empty',
    );
    expect(failure('[]').message).toBe('run.json: must be a JSON object, an evaluation log');
    expect(failure('{"a": ').message).toMatch(/^run.json: is not valid JSON/);
    expect(failure('{"a": NaN}').message).toMatch(/^run.json: holds NaN or Infinity/);
  });
});
