// The aggregated log of locuslab/tofu: losses a token by set, metric and question index.

import { LogReader } from '../logs/log-reader.js';
import { truthRatio } from '../memorisation/truth-ratio.js';
import type { TofuLogs, TofuScores } from './scores.js';

const exp = (losses: readonly number[]): number[] => losses.map((loss) => Math.exp(-loss));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Probability of the gold answer by itself, or among itself and its wrong alternatives. */
type Probability = (gold: number, wrong: readonly number[]) => number;
const byItself: Probability = (gold) => gold;
const amongAlternatives: Probability = (gold, wrong) => gold / (gold + sum(wrong));

/**
 * Scores of a log with one entry a set, each `{metric: {question index: value}}` with average
 * losses a token.
 * @throws LogFormatError
 */
export function readOriginal(value: object, file: string): TofuLogs {
  const log = new LogReader(value, file);
  return {
    retain: readSet(log.at('eval_log.json'), byItself),
    authors: readSet(log.at('eval_real_author_wo_options.json'), amongAlternatives),
    facts: readSet(log.at('eval_real_world_wo_options.json'), amongAlternatives),
    forget: readSet(log.at('eval_log_forget.json'), byItself),
  };
}

function readSet(set: LogReader, probability: Probability): TofuScores {
  const gold = set.at('avg_gt_loss');
  const wrong = set.at('average_perturb_loss');
  const paraphrased = set.at('avg_paraphrased_loss');
  const rouge = set.at('rougeL_recall');
  return {
    probabilities: gold
      .indices()
      .map((i) => probability(Math.exp(-gold.at(i).number()), exp(wrong.at(i).numbers()))),
    rougeL: rouge.indices().map((i) => rouge.at(i).number()),
    truthRatios: paraphrased
      .indices()
      .map((i) => truthRatio(paraphrased.at(i).number(), wrong.at(i).numbers())),
  };
}
