// TOFU evaluation logs, in whichever of their two public layouts, as the numbers the metrics need.

import { parseLog } from '../logs/parse-log.js';
import { readOpenUnlearning } from './open-unlearning.js';
import { readOriginal } from './original.js';
import type { TofuLogs } from './scores.js';

/**
 * Reads a log file's text: the aggregated log of locuslab/tofu (`eval_log_aggregated.json`) or
 * open-unlearning's `TOFU_EVAL.json`.
 * @param file its name, for messages.
 * @throws LogFormatError naming the first key that is missing or does not fit.
 */
export function parseTofuLogs(text: string, file: string): TofuLogs {
  const value = parseLog(text, file);
  const isOpenUnlearning = Object.keys(value).some((key) => /_Q_A_|_truth_ratio$/i.test(key));
  return isOpenUnlearning ? readOpenUnlearning(value, file) : readOriginal(value, file);
}
