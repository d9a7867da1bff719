// lm-evaluation-harness's results_*.json of one model: what its table maker and its readers look for.

import type { Figure } from '#contracts/cells.js';
import { higherIsBetter } from '#contracts/directions.js';
import { sanitizedName } from '#contracts/evaluation-runs.js';
import type { PlacedCell } from '../run-cells.js';
import type { Exported } from './export.js';
import { configOf, taskNames } from './lm-eval-tasks.js';

/** Standard errors that a 95 % interval reaches, on both sides. */
const REACH = 2 * 1.959964;

export function lmEvalResults({ run, model, cells }: Exported): object {
  const names = taskNames(run.request.tasks);
  const by = <T>(of: (placed: PlacedCell, name: string) => T): Record<string, T> =>
    Object.fromEntries(
      cells.map((placed) => {
        const name = names[placed.taskIndex] ?? placed.task.name;
        return [name, of(placed, name)];
      }),
    );
  return {
    results: by((placed, name) => ({ alias: name, ...valuesOf(figuresOf(placed)) })),
    group_subtasks: by(() => []),
    configs: by((placed, name) => configOf(name, placed.task, figuresOf(placed).map(nameOf))),
    versions: by(() => 1),
    'n-shot': by(() => 0),
    higher_is_better: by(directionsOf),
    'n-samples': by((placed) => {
      const count = Math.max(0, ...figuresOf(placed).map(({ n }) => n));
      return { original: count, effective: count };
    }),
    config: {
      model: 'lethe',
      model_args: `model=${model}`,
      model_num_parameters: null,
      batch_size: null,
      batch_sizes: [],
      device: null,
      use_cache: null,
      limit: run.request.limit ?? null,
      bootstrap_iters: 2000,
      gen_kwargs: null,
      random_seed: 0,
      numpy_seed: 0,
      torch_seed: 0,
      fewshot_seed: 0,
    },
    git_hash: null,
    date: run.createdAt.getTime() / 1000,
    model_source: 'lethe',
    model_name: model,
    model_name_sanitized: sanitizedName(model),
  };
}

const figuresOf = ({ cell }: PlacedCell): readonly Figure[] => cell.figures ?? [];
const nameOf = ({ metric }: Figure): string => metric;

/** The filter that they come through is `none`. */
const valuesOf = (figures: readonly Figure[]): Record<string, number | string> =>
  Object.fromEntries(
    figures.flatMap(({ metric, value, interval }) =>
      value === null
        ? []
        : [
            [`${metric},none`, value],
            [`${metric}_stderr,none`, interval ? (interval[1] - interval[0]) / REACH : 'N/A'],
          ],
    ),
  );

const directionsOf = ({ task, ...placed }: PlacedCell): Record<string, boolean> =>
  Object.fromEntries(
    figuresOf({ task, ...placed }).flatMap(({ metric }) => {
      const direction = higherIsBetter(task.name, metric);
      return direction === null ? [] : [[metric, direction]];
    }),
  );
