// open-unlearning's TOFU_EVAL.json of one model, with those of its metrics that the run's tasks have:
// by name `{value_by_index: {index: scores}, agg_value}`.

import type { ReportRow } from '#contracts/artifacts.js';
import type { ProbeRow } from '#contracts/audit.js';
import type { CellRow } from '#contracts/cells.js';
import type { TaskName } from '#contracts/tasks.js';
import { ApiError } from '../../http/api.error.js';
import type { PlacedCell } from '../run-cells.js';
import type { Exported } from './export.js';
import { type Entry, type Metric, scored } from './metric.js';
import { tofuMetrics } from './tofu-metrics.js';

const ofSet = (set: ReportRow['set'], entry: (row: ReportRow) => Entry): Omit<Metric, 'name'> => ({
  task: 'unlearning',
  entry: (row) => ('set' in row && row.set === set ? entry(row) : undefined),
});

const ofProbe = (
  task: TaskName,
  entry: (figures: ProbeRow['figures']) => Entry | undefined,
): Omit<Metric, 'name'> => ({
  task,
  entry: (row) => ('figures' in row ? entry(row.figures) : undefined),
});

function probability({ goldLogProb }: ReportRow): Entry {
  const prob = Math.exp(goldLogProb);
  return { scores: { prob, avg_loss: -goldLogProb }, score: prob };
}

const rouge = ({ rouge1, rougeL, question, gold, answer }: ReportRow): Entry => ({
  scores: {
    rouge1_recall: rouge1,
    rougeL_recall: rougeL,
    input: question,
    ground_truth: gold,
    generation: answer,
  },
  score: rougeL,
});

/** Of those of one name the first that the run has: TOFU's own before what comes near it. */
const metrics: readonly Metric[] = [
  ...tofuMetrics,
  { name: 'forget_Q_A_Prob', ...ofSet('forget', probability) },
  { name: 'forget_Q_A_ROUGE', ...ofSet('forget', rouge) },
  { name: 'retain_Q_A_Prob', ...ofSet('retain', probability) },
  { name: 'retain_Q_A_ROUGE', ...ofSet('retain', rouge) },
  {
    name: 'exact_memorization',
    ...ofProbe('gold', (figures) => scored(figures['exactMemorisation'])),
  },
  {
    name: 'extraction_strength',
    ...ofProbe('gold', (figures) => scored(figures['extractionStrength'])),
  },
  {
    name: 'forget_Q_A_PARA_Prob',
    ...ofProbe('truth-ratio', ({ paraphraseProbability: prob }) => scored(prob, { prob })),
  },
  {
    name: 'forget_truth_ratio',
    // The mean of whichever is less of the ratio and its inverse.
    ...ofProbe('truth-ratio', ({ indifference, truthRatio: score }) =>
      scored(indifference, { score }),
    ),
  },
];

/**
 * Piece by piece.
 * @throws ApiError 400 where several tasks have one metric: the log has place for one set.
 */
export function openUnlearning(exported: Exported): AsyncGenerator<string, void, void> {
  const tasks = new Map<string, PlacedCell>();
  for (const placed of exported.cells) {
    const { name } = placed.task;
    if (tasks.has(name) && metrics.some(({ task }) => task === name))
      throw ApiError.invalid(
        `The run asks '${name}' of several sets: open-unlearning's log has place for one.`,
        'format',
      );
    tasks.set(name, placed);
  }
  return write(exported, tasks);
}

async function* write(
  exported: Exported,
  tasks: ReadonlyMap<string, PlacedCell>,
): AsyncGenerator<string, void, void> {
  let between = '{';
  const written = new Set<string>();
  for (const metric of metrics) {
    const placed = tasks.get(metric.task);
    if (!placed || written.has(metric.name)) continue;
    const { text, count } = await metricText(exported.rows(placed), metric);
    if (count === 0) continue;
    yield `${between}\n${JSON.stringify(metric.name)}: ${text}`;
    between = ',';
    written.add(metric.name);
  }
  yield between === '{' ? '{}\n' : '\n}\n';
}

/** In memory as a whole. */
async function metricText(
  rows: AsyncIterable<CellRow>,
  { entry }: Metric,
): Promise<{ text: string; count: number }> {
  const entries: string[] = [];
  let sum = 0;
  for await (const row of rows) {
    const found = entry(row);
    if (!found) continue;
    entries.push(`"${row.index}": ${JSON.stringify(found.scores)}`);
    sum += found.score;
  }
  const count = entries.length;
  const aggregate = `"agg_value": ${JSON.stringify(sum / count)}`;
  return { text: `{${aggregate}, "value_by_index": {${entries.join(',\n')}}}`, count };
}
