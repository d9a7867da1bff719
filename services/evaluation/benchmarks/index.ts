// The benchmarks that there are, by the names of their tasks.

import type { BenchmarkName } from '#contracts/tasks.js';
import type { Benchmark } from './benchmark.js';
import { museKnowmem } from './muse-knowmem.js';
import { museVerbmem } from './muse-verbmem.js';

export const benchmarks: Readonly<Record<BenchmarkName, Benchmark>> = {
  'muse-knowmem': museKnowmem,
  'muse-verbmem': museVerbmem,
};
