// What open-unlearning's log has of TOFU's sets, from the tasks that ask them.

import type { BenchmarkRow, CellRow } from '#contracts/cells.js';
import { type TofuName, tofuNames } from '#contracts/tasks.js';
import { type Entry, type Metric, scored } from './metric.js';

/** Its names of a set's metrics. */
interface Names {
  readonly probability: string;
  readonly rouge: string;
  readonly ratio: string;
}

const names: Readonly<Record<TofuName, Names>> = {
  'tofu-forget': {
    probability: 'forget_Q_A_Prob',
    rouge: 'forget_Q_A_ROUGE',
    ratio: 'forget_truth_ratio',
  },
  'tofu-retain': {
    probability: 'retain_Q_A_Prob',
    rouge: 'retain_Q_A_ROUGE',
    ratio: 'retain_Truth_Ratio',
  },
  'tofu-authors': {
    probability: 'ra_Q_A_Prob_normalised',
    rouge: 'ra_Q_A_ROUGE',
    ratio: 'ra_Truth_Ratio',
  },
  'tofu-facts': {
    probability: 'wf_Q_A_Prob_normalised',
    rouge: 'wf_Q_A_ROUGE',
    ratio: 'wf_Truth_Ratio',
  },
};

const isOfTofu = (row: CellRow): row is BenchmarkRow =>
  'probe' in row && tofuNames.some((name) => name === row.probe);

const rougeEntry = ({ question, gold, answer, figures }: BenchmarkRow): Entry | undefined =>
  scored(figures['rougeL'], {
    rouge1_recall: figures['rouge1'],
    rougeL_recall: figures['rougeL'],
    input: question,
    ground_truth: gold,
    generation: answer,
  });

export const tofuMetrics: readonly Metric[] = Object.entries(names).flatMap(
  ([task, { probability, rouge, ratio }]) => {
    const of = (name: string, entry: (row: BenchmarkRow) => Entry | undefined): Metric => ({
      name,
      task: task as TofuName,
      entry: (row) => (isOfTofu(row) ? entry(row) : undefined),
    });
    return [
      of(probability, ({ figures: { probability: prob } }) => scored(prob, { prob })),
      of(rouge, rougeEntry),
      // The mean of what counts of the ratio, which depends on the set.
      of(ratio, ({ figures: { truthRatio: score, indifference, truthfulness } }) =>
        scored(indifference ?? truthfulness, { score }),
      ),
    ];
  },
);
