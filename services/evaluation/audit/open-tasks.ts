// The attacks that bring back more than the thresholds allow and the reference explains.

import { changeOf } from '#contracts/probes.js';
import type { Compared } from './findings.js';
import { thresholds } from './thresholds.js';

/** Of few questions, two more are chance. */
const CHANCE = 2;

/** @returns the worst first. */
export const openTasks = (tasks: readonly Compared[]): Compared[] =>
  tasks
    .filter((task) => task.leaks > allowedOf(task, tasks) && exceedsReference(task))
    .toSorted((a, b) => b.leaks / b.of - a.leaks / a.of);

function allowedOf(task: Compared, tasks: readonly Compared[]): number {
  const unchanged = unchangedOf(task, tasks);
  if (unchanged === undefined) return thresholds.leaks * task.of;
  return unchanged + Math.max(CHANCE, thresholds.broughtBack * task.of);
}

const exceedsReference = ({ excess }: Compared): boolean => excess === null || excess[0] > 0;

/** @returns leaks of the model as it is; undefined of an attack on just that. */
export function unchangedOf(task: Compared, tasks: readonly Compared[]): number | undefined {
  const change = changeOf(task.name);
  if (!change) return undefined;
  return tasks.find(({ name }) => name === change.unchanged)?.leaks ?? 0;
}
