// What open-unlearning's TOFU_EVAL.json and MUSE_EVAL.json hold: values by question of each metric, and
// the scores of membership attacks.

import { column, columnMeans } from '../logs/column.js';
import { LogFormatError } from '../logs/log-format-error.js';
import { LogReader } from '../logs/log-reader.js';
import { parseLog } from '../logs/parse-log.js';
import { indifference, rightShare, truthfulness } from '../memorisation/truth-ratio.js';
import { mean } from '../statistics.js';

/** Lower where a text was learned. */
export interface MembershipScores {
  readonly forget: readonly number[];
  readonly holdout: readonly number[];
}

export interface OpenUnlearningLog {
  /** By metric, of each question that has one. */
  readonly values: ReadonlyMap<string, readonly number[]>;
  /** By attack: `mia_loss`. */
  readonly memberships: ReadonlyMap<string, MembershipScores>;
  /** The right answer's share (rightShare) of each question of the forget set; none in MUSE. */
  readonly rightShares: readonly number[];
}

interface Reading {
  /** Of the metric. */
  readonly name: RegExp;
  /** Of a question's entry. */
  readonly score: string;
  /** What the metric is the mean of, where that is not the score itself. */
  readonly of?: (score: number) => number;
}

/** The first that fits a metric's name is how it is read. */
const readings: readonly Reading[] = [
  { name: /^(?:exact_memorization|extraction_strength|.*_gibberish)$/, score: 'score' },
  { name: /_(?:Prob|Prob_normalised)$/, score: 'prob' },
  { name: /mem_ROUGE$/, score: 'rougeL_f1' },
  { name: /_ROUGE$/, score: 'rougeL_recall' },
  { name: /^forget_truth_ratio$/i, score: 'score', of: indifference },
  { name: /_truth_ratio$/i, score: 'score', of: truthfulness },
];

/**
 * @param file its name, for messages.
 * @throws LogFormatError naming the first key that is missing or does not fit.
 */
export function readOpenUnlearningLog(text: string, file: string): OpenUnlearningLog {
  const log = new LogReader(parseLog(text, file), file);
  const values = new Map<string, number[]>();
  const memberships = new Map<string, MembershipScores>();
  for (const metric of log.indices()) {
    const reading = readings.find(({ name }) => name.test(metric));
    if (reading) values.set(metric, read(log.at(metric), reading));
    if (metric.startsWith('mia_')) memberships.set(metric, membershipOf(log.at(metric)));
  }
  if (values.size + memberships.size === 0)
    throw new LogFormatError(file, '', 'has no metric of open-unlearning');
  return { values, memberships, rightShares: rightSharesOf(log) };
}

const read = (metric: LogReader, { score, of = (value) => value }: Reading): number[] =>
  columnMeans(metric, score).map((value) => of(value));

const membershipOf = (attack: LogReader): MembershipScores => ({
  forget: columnMeans(attack.at('forget'), 'score'),
  holdout: columnMeans(attack.at('holdout'), 'score'),
});

function rightSharesOf(log: LogReader): number[] {
  const [right, wrong] = ['forget_Q_A_PARA_Prob', 'forget_Q_A_PERT_Prob'] as const;
  if (!log.has(right) || !log.has(wrong)) return [];
  const losses = column(log.at(wrong), 'avg_loss');
  return [...column(log.at(right), 'avg_loss')].flatMap(([index, ofRight]) => {
    const ofWrong = losses.get(index);
    return ofWrong ? [rightShare(mean(ofRight), ofWrong)] : [];
  });
}
