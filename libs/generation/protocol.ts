// What the engine and its thread say to each other.
import type { FailureData } from '#failure/failure-data.js';
import type { AdapterFiles } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import type { Score } from './batching/generator.js';
import type { ScoreItem } from './running/score-batch.js';
import type { Chunk, SequenceOptions } from './running/sequence.js';

export interface WorkerOptions {
  readonly modelPath: string;
  readonly compute: Compute;
  readonly maxBatch: number;
  readonly maxContext: number;
  readonly halfWeights: boolean;
}

export type Request =
  | {
      readonly type: 'generate';
      readonly id: number;
      readonly prompt: readonly number[];
      readonly adapter?: string;
      readonly options: SequenceOptions;
    }
  | {
      readonly type: 'score';
      readonly id: number;
      readonly items: readonly ScoreItem[];
      readonly adapter?: string;
    }
  | { readonly type: 'cancel'; readonly id: number }
  | {
      readonly type: 'loadAdapter';
      readonly id: number;
      readonly adapter: string;
      readonly files: AdapterFiles;
    }
  | { readonly type: 'unloadAdapter'; readonly adapter: string }
  | { readonly type: 'close' };

/** `ready` and `broken` answer the start of the thread, all others the request of that id. */
export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: FailureData }
  | { readonly type: 'chunk'; readonly id: number; readonly chunk: Chunk }
  | { readonly type: 'scored'; readonly id: number; readonly scores: readonly Score[] }
  | { readonly type: 'loaded'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: FailureData };
