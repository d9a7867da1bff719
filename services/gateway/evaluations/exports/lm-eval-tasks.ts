// A run's tasks as lm-evaluation-harness names and describes them.

import { higherIsBetter } from '#contracts/directions.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { attackNames, measurementNames } from '#contracts/probes.js';
import type { TaskName } from '#contracts/tasks.js';

/** In their order; of those that have one name, each with its place. */
export function taskNames(tasks: readonly RunTask[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of tasks) counts.set(name, (counts.get(name) ?? 0) + 1);
  return tasks.map(({ name }, at) => (counts.get(name) === 1 ? name : `${name}_${at}`));
}

const measured: ReadonlySet<string> = new Set(measurementNames);
export const isMeasured = (task: TaskName): boolean => measured.has(task);

/** Figures of single questions, of which a task's are the means. */
const ofQuestions: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(attackNames.map((name) => [name, ['leak']])),
  unlearning: ['verdict', 'rougeL', 'rouge1', 'goldLogProb'],
};

/** As a task's configuration. @param figures names of the task's. */
export function configOf(name: string, task: RunTask, figures: readonly string[]): object {
  const ofTask = ofQuestions[task.name] ?? figures;
  return {
    task: name,
    output_type: isMeasured(task.name) ? 'loglikelihood' : 'generate_until',
    metric_list: ofTask.map((metric) => ({
      metric,
      aggregation: 'mean',
      higher_is_better: metric === 'leak' ? false : higherIsBetter(task.name, metric),
    })),
    num_fewshot: 0,
    repeats: 1,
    should_decontaminate: false,
    generation_kwargs: generationOf(task),
    metadata: { version: 1 },
  };
}

export const generationOf = ({ max_tokens: tokens, decoding }: RunTask): object => ({
  until: [],
  do_sample: false,
  temperature: 0,
  max_gen_toks: tokens,
  ...(decoding ? { decoding } : {}),
});
