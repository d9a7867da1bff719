// How long to wait before a process that died is started again.

/**
 * Delay in ms before restart number `restarts` (from 0): doubles from half a second, at most
 * fifteen.
 */
export const restartDelay = (restarts: number): number =>
  Math.min(500 * 2 ** Math.min(restarts, 10), 15_000);

/**
 * A process that lived this long, in ms, is taken to be well again: its next death counts as the
 * first.
 */
export const healthyAfter = 60_000;
