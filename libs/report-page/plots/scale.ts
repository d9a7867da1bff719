// Where a figure stands between the left and the right of a plot.

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** In per cent of the width. */
  at(value: number): number;
}

const steps = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5];
/** Ticks that a narrow screen has room for. */
const TICKS = 6;

/** @param values that it reaches over, beside 0. */
export function scaleOver(values: readonly number[]): Scale {
  const [least, most] = [Math.min(0, ...values), Math.max(0.1, ...values)];
  const step = steps.find((one) => (most - least) / one <= TICKS - 1) ?? (most - least) / 4;
  // What a float adds to a whole number of steps is no further step.
  const [low, high] = [Math.floor(least / step + 1e-9), Math.ceil(most / step - 1e-9)];
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => (low + at) * step);
  const [from, to] = [low * step, high * step];
  return { from, to, ticks, at: (value) => (100 * (value - from)) / (to - from) };
}
