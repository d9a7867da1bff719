// Rounds as medians with their spread, next to the bars that the project sets itself.

import type { Precision } from '#contracts/precision.js';
import type { Contestant, Turn } from './contestant.js';

/** Name of our side. */
export const ours = (precision: Precision): string => `lethe ${precision}`;
/**
 * Least ratio of our answer tokens per second to the faster baseline's, and least share of the
 * matrix product's peak.
 */
const BARS = { float32: 1.5, int8: 2.5 } as const;
/** The precisions that a CPU gains from. */
export const benched = Object.keys(BARS) as (keyof typeof BARS)[];
const SHARE_BAR = 0.85;

export interface Round {
  readonly turns: Readonly<Record<string, Turn>>;
  /** GFLOP/s of the matrix product in this round. */
  readonly peak: number;
  readonly labels: number;
  /** That the step cannot do without. */
  readonly operations: number;
}

/** Median, least and greatest. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

interface Side extends Record<string, unknown> {
  readonly answerTokensPerSecond: Spread;
  readonly startSeconds: Spread;
  readonly loadSeconds: Spread;
  readonly peakMb: number;
}

export interface Report {
  readonly sides: Readonly<Record<string, Side>>;
  /**
   * Our answer tokens per second over the faster baseline's of the same round; none without a
   * baseline.
   */
  readonly ratios: Readonly<Partial<Record<Precision, Spread>>>;
  /** Of our step in float32. */
  readonly gflops: Spread;
  readonly gemmGflops: Spread;
  readonly shareOfPeak: Spread;
}

const rounded = (x: number): number => Number(x.toPrecision(4));

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: rounded(sorted[sorted.length >> 1]!),
    min: rounded(sorted[0]!),
    max: rounded(sorted.at(-1)!),
  };
}

export function summarize(
  rounds: readonly Round[],
  contestants: readonly Contestant[],
  clock: 'wall' | 'cpu',
): Report {
  const secondsOf = (turn: Turn): number => (clock === 'wall' ? turn.seconds : turn.cpuSeconds);
  const timeOf = (round: Round, name: string): number => secondsOf(round.turns[name]!);
  const sides = contestants.map(
    ({ name, starts }) =>
      [
        name,
        {
          answerTokensPerSecond: spread(rounds.map((round) => round.labels / timeOf(round, name))),
          secondsPerStep: spread(rounds.map((round) => timeOf(round, name))),
          startSeconds: spread(starts.map(({ startSeconds }) => startSeconds)),
          loadSeconds: spread(starts.map(({ loadSeconds }) => loadSeconds)),
          peakMb: Math.round(rounds.at(-1)!.turns[name]!.peakMb),
        },
      ] as const,
  );
  const own = benched.map(ours);
  const rivals = contestants.map(({ name }) => name).filter((name) => !own.includes(name));
  const ratio = (round: Round, precision: Precision): number =>
    Math.min(...rivals.map((name) => timeOf(round, name))) / timeOf(round, ours(precision));
  const gflops = (round: Round): number => round.operations / timeOf(round, ours('float32')) / 1e9;
  const ratios = benched.map((precision) => [
    precision,
    spread(rounds.map((round) => ratio(round, precision))),
  ]);
  return {
    sides: Object.fromEntries(sides),
    ratios: rivals.length > 0 ? Object.fromEntries(ratios) : {},
    gflops: spread(rounds.map(gflops)),
    gemmGflops: spread(rounds.map(({ peak }) => peak)),
    shareOfPeak: spread(rounds.map((round) => gflops(round) / round.peak)),
  };
}

const text = ({ median, min, max }: Spread): string => `${median} (${min} to ${max})`;

export function printReport({ sides, ratios, gflops, gemmGflops, shareOfPeak }: Report): void {
  console.table(
    Object.fromEntries(
      Object.entries(sides).map(([name, side]) => [
        name,
        {
          'answer tokens/s': text(side.answerTokensPerSecond),
          'session start, s': text(side.startSeconds),
          'weights read, s': text(side.loadSeconds),
          'peak memory, MB': side.peakMb,
        },
      ]),
    ),
  );
  for (const precision of benched) {
    const ratio = ratios[precision];
    if (ratio)
      console.log(
        `${ours(precision)} over the faster baseline: ${text(ratio)}; the bar is ${BARS[precision]}`,
      );
  }
  console.log(
    `float32 step: ${text(gflops)} GFLOP/s of what it needs; matrix product: ${text(gemmGflops)}; share: ${text(shareOfPeak)}; the bar is ${SHARE_BAR}`,
  );
}
