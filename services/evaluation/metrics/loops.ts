// How many answers run into a loop: the model no longer speaks, which perplexity takes for fluent, as
// what is said again and again is foreseen.

import { type Interval, wilson } from '#metrics/intervals.js';
import { endsInLoop } from '#metrics/repetition.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const loops: RowMetric<'loops'> &
  SetMetric<'loopsForget' | 'loopsRetain' | 'loopsForgetInterval' | 'loopsRetainInterval'> = {
  row: ({ answer }) => ({ loops: endsInLoop(answer) }),
  summary: ({ forget, retain }) => ({
    loopsForget: inLoops(forget) / forget.length,
    loopsRetain: inLoops(retain) / retain.length,
    loopsForgetInterval: intervalOf(forget),
    loopsRetainInterval: intervalOf(retain),
  }),
};

const inLoops = (rows: readonly Figures[]): number => rows.filter((row) => row.loops).length;

const intervalOf = (rows: readonly Figures[]): Interval => wilson(inLoops(rows), rows.length);
