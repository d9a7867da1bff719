// TOFU evaluation logs, in whichever of their two public layouts, as the numbers the metrics need.

import { LogFormatError } from '../logs/log-format-error.js';
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = /(?:NaN|Infinity)\s*[,}\]]/.test(text)
      ? 'holds NaN or Infinity, which JSON has no word for'
      : 'is not valid JSON';
    throw new LogFormatError(file, '', `${reason} (${(error as Error).message})`);
  }
  return readTofuLogs(value, file);
}

/** As parseTofuLogs, of a value already parsed. */
function readTofuLogs(value: unknown, file: string): TofuLogs {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFormatError(file, '', 'must be a JSON object, a TOFU log');
  }
  const isOpenUnlearning = Object.keys(value).some((key) => /_Q_A_|_truth_ratio$/i.test(key));
  return isOpenUnlearning ? readOpenUnlearning(value, file) : readOriginal(value, file);
}
