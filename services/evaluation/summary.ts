// A report's eight figures, from its rows.
import type { ReportRow, Summary } from '#contracts/artifacts.js';
import { linguisticScore } from '#metrics/fluency.js';
import { ratio } from '#metrics/knowledge.js';
import { mean } from '#metrics/statistics.js';

/** @param rows at least one of each set. */
export function summarize(rows: readonly ReportRow[]): Summary {
  const forget = figures(rows.filter((row) => row.set === 'forget'));
  const retain = figures(rows.filter((row) => row.set === 'retain'));
  return {
    kfr: forget.ratio,
    krr: retain.ratio,
    lsForget: forget.ls,
    lsRetain: retain.ls,
    rougeLForget: forget.rougeL,
    rougeLRetain: retain.rougeL,
    rouge1Forget: forget.rouge1,
    rouge1Retain: retain.rouge1,
  };
}

function figures(rows: readonly ReportRow[]) {
  return {
    ratio: ratio(rows.map((row) => row.verdict)),
    ls: linguisticScore(rows.map((row) => ({ ...row, perplexity: row.perplexity ?? undefined }))),
    rougeL: mean(rows.map((row) => row.rougeL)),
    rouge1: mean(rows.map((row) => row.rouge1)),
  };
}
