// The attacks that bring back more than the thresholds allow and the reference explains.

import { thresholds } from '#contracts/audit-thresholds.js';
import { changeOf } from '#contracts/probes.js';
import type { Compared } from './findings.js';

/** Of few questions, two more are chance. */
const CHANCE = 2;

/** @returns the worst first. */
export const openTasks = (tasks: readonly Compared[]): Compared[] =>
  tasks
    .filter((task) => task.leaks > allowedOf(task, tasks) && exceedsReference(task))
    .toSorted((a, b) => b.leaks / b.of - a.leaks / a.of);

function allowedOf(task: Compared, tasks: readonly Compared[]): number {
  const change = changeOf(task.name);
  if (!change) return thresholds.leaks * task.of;
  if (change.relearned) return thresholds.relearned * task.of;
  const leaks = unchangedOf(task, tasks)?.leaks ?? 0;
  return leaks + Math.max(CHANCE, thresholds.broughtBack * task.of);
}

/**
 * Half of the adapter says how near the facts lie. Who can halve it can take it off, so that this is
 * told and decides nothing.
 */
export const decides = ({ name }: Compared): boolean =>
  changeOf(name)?.transform?.scale === undefined;

const exceedsReference = ({ excess }: Compared): boolean => excess === null || excess[0] > 0;

/** @returns the same questions to the model as it is; undefined of an attack on just that. */
export function unchangedOf(task: Compared, tasks: readonly Compared[]): Compared | undefined {
  const unchanged = changeOf(task.name)?.unchanged;
  return tasks.find(({ name }) => name === unchanged);
}
