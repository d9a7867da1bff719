// MUSE's benchmarks, by the names of their tasks.

import type { MuseName } from '#contracts/tasks.js';
import type { Benchmark } from './benchmark.js';
import { museKnowmem } from './muse-knowmem.js';
import { museVerbmem } from './muse-verbmem.js';

export const benchmarks: Readonly<Record<MuseName, Benchmark>> = {
  'muse-knowmem': museKnowmem,
  'muse-verbmem': museVerbmem,
};
