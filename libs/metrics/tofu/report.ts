// TOFU's two figures, forget quality and model utility, and the parts they are made of.

import { ksTest } from '../kolmogorov-smirnov.js';
import { indifference, truthfulness } from '../memorisation/truth-ratio.js';
import { harmonicMean, mean } from '../statistics.js';
import { tofuSets, type TofuLogs, type TofuScores, type TofuSet } from './scores.js';

const titles: Readonly<Record<TofuSet, string>> = {
  retain: 'Retain',
  authors: 'Real Authors',
  facts: 'Real World',
  forget: 'Forget',
};

/** Figures under the names of the original script's table. */
export type TofuReport = Readonly<Record<string, number>>;

/**
 * Probability, ROUGE-L recall and truth ratio of each set; model utility: the harmonic mean of the
 * nine that are not of the forget set. With the logs of a model retrained without the forget set,
 * also forget quality: the p-value that the two models' truth ratios on the forget set come from
 * one distribution. Source: TOFU, arXiv 2401.06121, sections 2.2 and 2.3, as computed by
 * locuslab/tofu's aggregate_eval_stat.py.
 */
export function tofuReport(logs: TofuLogs, retainLogs?: TofuLogs): TofuReport {
  const report: Record<string, number> = {};
  const utility: number[] = [];
  for (const set of tofuSets) {
    const parts = setFigures(logs[set], set === 'forget');
    if (set !== 'forget') utility.push(...Object.values(parts));
    for (const [part, figure] of Object.entries(parts)) report[`${part} ${titles[set]}`] = figure;
  }
  report['Model Utility'] = harmonicMean(utility);
  return retainLogs ? { ...report, ...forgetQuality(logs, retainLogs) } : report;
}

function setFigures(scores: TofuScores, forget: boolean): Record<string, number> {
  return {
    'Prob.': mean(scores.probabilities),
    ROUGE: mean(scores.rougeL),
    'Truth Ratio': mean(scores.truthRatios.map(forget ? indifference : truthfulness)),
  };
}

function forgetQuality(logs: TofuLogs, retainLogs: TofuLogs): TofuReport {
  const test = ksTest(logs.forget.truthRatios, retainLogs.forget.truthRatios);
  return { 'Forget Quality': test.pValue, 'KS statistic': test.statistic };
}
