// Whether a run fits its memory, and if not, what would.

import { TrainingError } from '../errors/training.error.js';
import type { MemoryEstimate } from './memory-estimate.js';

/** What a run may do otherwise. */
export interface Changes {
  /** Whether matrices stay in 16 bits. */
  readonly isHalf: boolean;
  readonly recompute?: boolean;
  readonly maxLength?: number;
}

export interface MemoryQuestion {
  estimate(changes: Changes): MemoryEstimate;
  /** Tokens of the longest example. */
  readonly longest: number;
  /** Bytes. */
  readonly limit: number;
  /** Asked for, and possible: the checkpoint stores 16 bits. */
  readonly halfWeights: boolean;
  readonly storesHalves: boolean;
}

/** Fields of a job's request. */
const RECOMPUTE = 'hyperparameters.recompute true';
const lengthField = (length: number): string => `hyperparameters.max_length ${length}`;

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);

/**
 * @returns whether weights stay in 16 bits: also where nothing but that makes the run fit.
 * @throws TrainingError that says how much a run needs, and with which settings it would fit.
 */
export function checkMemory({
  estimate,
  longest,
  limit,
  halfWeights,
  storesHalves,
}: MemoryQuestion): boolean {
  const isHalf = halfWeights && storesHalves;
  const needed = estimate({ isHalf }).total;
  if (needed <= limit) return isHalf;
  if (storesHalves && estimate({ isHalf: true }).total <= limit) return true;
  const fits = (changes: Omit<Changes, 'isHalf'>): boolean =>
    estimate({ ...changes, isHalf: storesHalves }).total <= limit;
  const lengths = [512, 256, 128].filter((length) => length < longest);
  const ways = [
    ...(fits({ recompute: true }) ? [RECOMPUTE] : []),
    ...lengths
      .filter((length) => fits({ maxLength: length }))
      .slice(0, 1)
      .map(lengthField),
  ];
  const both = lengths
    .filter((length) => fits({ maxLength: length, recompute: true }))
    .slice(0, 1)
    .map((length) => `${RECOMPUTE} with ${lengthField(length)}`);
  const advice = ways.length > 0 ? ways : both;
  const end =
    advice.length > 0
      ? `${advice.join(' or ')} would fit`
      : `its weights alone take ${gigabytes(estimate({ isHalf: storesHalves }).weights)} GB`;
  throw new TrainingError(
    `the run needs about ${gigabytes(needed)} GB of ${gigabytes(limit)}: ${end}`,
  );
}
