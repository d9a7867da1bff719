// Whether a run fits its memory, and if not, what would.
import { TrainingError } from './errors/training.error.js';
import { estimateTraining, type MemoryEstimate } from './memory-estimate.js';
import type { StepShape } from './step-graph.js';

export interface MemoryQuestion {
  readonly shape: StepShape;
  /** Tokens and labels of the longest row. */
  readonly longest: { readonly tokens: number; readonly labels: number };
  readonly maxTokens: number;
  /** Bytes. */
  readonly limit: number;
  /** Asked for, and possible: the checkpoint stores 16 bits. */
  readonly halfWeights: boolean;
  readonly storesHalves: boolean;
}

/** Fields of a job's request. */
const RECOMPUTE = 'hyperparameters.recompute true';
const maxLength = (length: number): string => `hyperparameters.max_length ${length}`;

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);

/**
 * @returns whether weights stay in 16 bits: also where nothing but that makes the run fit.
 * @throws TrainingError that says how much a run needs, and with which settings it would fit.
 */
export function checkMemory(question: MemoryQuestion): boolean {
  const { shape, longest, limit, halfWeights, storesHalves } = question;
  const estimate = (changes: { length?: number; recompute?: boolean }, half: boolean): MemoryEstimate => {
    const length = Math.min(longest.tokens, changes.length ?? longest.tokens);
    const rows = Math.max(1, Math.floor(question.maxTokens / length));
    const positions = rows * Math.min(length, longest.labels);
    return estimateTraining({ ...shape, recompute: changes.recompute ?? shape.recompute ?? false }, half, { rows: changes.length ? 1 : rows, length, positions });
  };
  const halves = halfWeights && storesHalves;
  const needed = estimate({}, halves).total;
  if (needed <= limit) return halves;
  if (storesHalves && estimate({}, true).total <= limit) return true;
  const fits = (changes: { length?: number; recompute?: boolean }): boolean => estimate(changes, storesHalves).total <= limit;
  const lengths = [512, 256, 128].filter((length) => length < longest.tokens);
  const ways = [
    ...(fits({ recompute: true }) ? [RECOMPUTE] : []),
    ...lengths.filter((length) => fits({ length })).slice(0, 1).map(maxLength),
  ];
  const both = lengths.filter((length) => fits({ length, recompute: true })).slice(0, 1).map((length) => `${RECOMPUTE} with ${maxLength(length)}`);
  const advice = ways.length > 0 ? ways : both;
  const end = advice.length > 0 ? `${advice.join(' or ')} would fit` : `its weights alone take ${gigabytes(estimate({}, storesHalves).weights)} GB`;
  throw new TrainingError(`the run needs about ${gigabytes(needed)} GB of ${gigabytes(limit)}: ${end}`);
}
