// The tasks that there are, by the names that a payload gives them.

import { type AskedName, askedNames } from '#contracts/probes.js';
import type { TaskName } from '#contracts/tasks.js';
import { probe } from './probe.js';
import type { Task } from './task.js';
import { unlearning } from './unlearning.js';

const probes = Object.fromEntries(askedNames.map((name) => [name, probe(name)])) as Record<
  AskedName,
  Task
>;

export const tasks: Readonly<Record<TaskName, Task>> = { unlearning, ...probes };
