// open-unlearning's TOFU_EVAL.json: one entry a metric, each `{agg_value, value_by_index: {question
// index: scores}}`.

import { columnMeans } from '../logs/column.js';
import { LogReader } from '../logs/log-reader.js';
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
    probabilities: columnMeans(log.at(probability), 'prob'),
    rougeL: columnMeans(log.at(rouge), 'rougeL_recall'),
    truthRatios: columnMeans(log.at(ratio), 'score'),
  };
}
