// What the engine asks of its thread.

import type { Transform } from '#contracts/rounding.js';
import type { KeptAs } from '#models/checkpoints/served-weights.js';
import type { AdapterFiles } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import type { Call } from '#thread/protocol.js';
import type { Sweep } from './decoding/sweep.js';
import type { Chunk } from './running/chunk.js';
import type { ScoreKind } from './running/graphs.js';
import type { ScoreItem } from './running/score-batch.js';
import type { Score } from './running/score.js';
import type { SequenceOptions } from './running/sequence.js';

export interface ModelOptions extends KeptAs {
  readonly modelPath: string;
  readonly compute: Compute;
  readonly maxBatch: number;
  readonly maxContext: number;
  readonly kvBytes: number;
  readonly prefixBytes: number;
}

export interface GenerateTask {
  readonly owner: string;
  readonly prompt: readonly number[];
  readonly adapter: string | undefined;
  readonly options: SequenceOptions;
}

export interface ScoreTask {
  readonly owner: string;
  readonly items: readonly ScoreItem[];
  readonly adapter: string | undefined;
  readonly kind: ScoreKind;
}

export interface SweepTask {
  readonly owner: string;
  readonly items: readonly ScoreItem[];
  readonly adapter: string | undefined;
  readonly sweep: Sweep;
}

export interface LoadTask extends Transform {
  readonly adapter: string;
  /** Absent: the base model, transformed. */
  readonly files: AdapterFiles | undefined;
}

/** Of all that a model serves, since it was loaded. */
export interface EngineFigures {
  /** Share of the bytes for keys and values that is taken. */
  readonly kvUsage: number;
  readonly preemptions: number;
  /** Tokens of prompts that were looked for among those read before, and found. */
  readonly prefixQueries: number;
  readonly prefixHits: number;
}

export interface GenerationProtocol {
  readonly start: ModelOptions;
  readonly calls: {
    /** Tells all chunks but the last, and comes to that one. */
    readonly generate: Call<GenerateTask, Chunk, Chunk>;
    readonly score: Call<ScoreTask, readonly Score[]>;
    readonly sweep: Call<SweepTask, readonly Score[]>;
    readonly loadAdapter: Call<LoadTask, void>;
    readonly unloadAdapter: Call<string, void>;
    readonly figures: Call<void, EngineFigures>;
    /** Drops what is kept of an owner's prompts. */
    readonly forget: Call<string, void>;
    /** Drops what is kept of everybody's, and keeps nothing more. */
    readonly keepNothing: Call<void, void>;
  };
}
