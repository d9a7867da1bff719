// The tasks that there are, by the names that a payload gives them.

import { type AskedName, askedNames } from '#contracts/probes.js';
import { type BenchmarkName, benchmarkNames, type TaskName } from '#contracts/tasks.js';
import { benchmark } from './benchmark.js';
import { probe } from './probe.js';
import type { Task } from './task.js';
import { unlearning } from './unlearning.js';

const probes = Object.fromEntries(askedNames.map((name) => [name, probe(name)])) as Record<
  AskedName,
  Task
>;

const benchmarks = Object.fromEntries(
  benchmarkNames.map((name) => [name, benchmark(name)]),
) as Record<BenchmarkName, Task>;

export const tasks: Readonly<Record<TaskName, Task>> = { unlearning, ...probes, ...benchmarks };
