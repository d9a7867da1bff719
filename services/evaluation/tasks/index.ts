// The tasks that there are, by the names that a payload gives them.

import { type AskedName, askedNames } from '#contracts/probes.js';
import { type TaskName, type TofuName, tofuNames } from '#contracts/tasks.js';
import { benchmark } from './benchmark.js';
import { chair } from './chair.js';
import { mme } from './mme.js';
import { pope } from './pope.js';
import { probe } from './probe.js';
import type { Task } from './task.js';
import { tofu } from './tofu.js';
import { unlearning } from './unlearning.js';

const probes = Object.fromEntries(askedNames.map((name) => [name, probe(name)])) as Record<
  AskedName,
  Task
>;

const ofTofu = Object.fromEntries(tofuNames.map((name) => [name, tofu(name)])) as Record<
  TofuName,
  Task
>;

export const tasks: Readonly<Record<TaskName, Task>> = {
  unlearning,
  ...probes,
  'muse-knowmem': benchmark('muse-knowmem'),
  'muse-verbmem': benchmark('muse-verbmem'),
  ...ofTofu,
  chair,
  pope,
  mme,
};
