// open-unlearning's TOFU_EVAL.json: one entry a metric, each `{agg_value, value_by_index: {question
// index: scores}}`.

import { LogReader } from '../logs/log-reader.js';
import { mean } from '../statistics.js';
import type { TofuLogs, TofuScores } from './scores.js';

/**
 * Scores of a log that its TOFU suite wrote; the metrics behind model_utility and forget_quality
 * must be in it, as they are by default.
 * @throws LogFormatError
 */
export function readOpenUnlearning(value: object, file: string): TofuLogs {
  const log = new LogReader(value, file);
  // The metric's key has been spelled both ways.
  const forgetRatio = log.has('forget_Truth_Ratio') ? 'forget_Truth_Ratio' : 'forget_truth_ratio';
  return {
    retain: readSet(log, 'retain_Q_A_Prob', 'retain_Q_A_ROUGE', 'retain_Truth_Ratio'),
    authors: readSet(log, 'ra_Q_A_Prob_normalised', 'ra_Q_A_ROUGE', 'ra_Truth_Ratio'),
    facts: readSet(log, 'wf_Q_A_Prob_normalised', 'wf_Q_A_ROUGE', 'wf_Truth_Ratio'),
    forget: readSet(log, 'forget_Q_A_Prob', 'forget_Q_A_ROUGE', forgetRatio),
  };
}

function readSet(log: LogReader, probability: string, rouge: string, ratio: string): TofuScores {
  return {
    probabilities: column(log.at(probability), 'prob'),
    rougeL: column(log.at(rouge), 'rougeL_recall'),
    truthRatios: column(log.at(ratio), 'score'),
  };
}

/** A question that could not be scored is null there, and left out of its figures. */
function column(metric: LogReader, score: string): number[] {
  const values = metric.at('value_by_index');
  const rows = values
    .indices()
    .map((i) => values.at(i))
    .filter((row) => !row.isNull && !row.at(score).isNull);
  return rows.map((row) => mean(row.at(score).numbers()));
}
