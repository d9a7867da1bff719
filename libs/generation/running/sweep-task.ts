// A sweep of DeCo's settings over given completions: a pass over some rows at a time, then what was
// left of their tokens asked in small parts.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { Answer, Asking, Question } from '../decoding/early-layers.js';
import { type Sweep, type SweptStep, swept } from '../decoding/sweep.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { ModelRunner } from './model-runner.js';
import {
  askedOf,
  type BatchLimits,
  type ScoreItem,
  type ScoreRow,
  scoreRows,
  takeBatch,
} from './score-batch.js';
import type { Score } from './score.js';

/** Steps whose layers are asked together: answers under way wait for no more. */
const STEPS = 16;

/** A token to come, and what the embedding and each layer left of the one before it. */
interface OpenStep {
  /** Of its item. */
  readonly index: number;
  readonly token: number;
  /** [layers + 1, hidden] */
  readonly states: Float32Array;
}

export class SweepTask {
  readonly kind = 'stream';
  private readonly rows: ScoreRow[];
  private readonly found: SweptStep[][];
  /** Of the rows that were read last. */
  private open: OpenStep[] = [];

  constructor(
    readonly id: number,
    readonly owner: string,
    items: readonly ScoreItem[],
    readonly adapter: LoadedAdapter | undefined,
    private readonly sweep: Sweep,
  ) {
    this.rows = scoreRows(items);
    this.found = items.map(() => []);
  }

  get isDone(): boolean {
    return this.rows.length === 0 && this.open.length === 0;
  }

  get scores(): Score[] {
    return this.found.map((steps) => {
      const tokens = steps.map(({ logProb }) => logProb);
      return { sum: tokens.reduce((a, b) => a + b, 0), tokens, swept: steps };
    });
  }

  /** Reads rows, or asks of what was read. @returns how many tokens that were. */
  async takePart(runner: ModelRunner, limits: BatchLimits): Promise<number> {
    if (this.open.length === 0) return this.readRows(runner, limits);
    const steps = this.open.splice(0, STEPS);
    for (const [{ index }, step] of zip(steps, await this.sweepOver(steps, runner)))
      item(this.found, index).push(step);
    return steps.length;
  }

  private async readRows(runner: ModelRunner, limits: BatchLimits): Promise<number> {
    const batch = takeBatch([this.rows], limits);
    const { stream } = await runner.score(batch, this.adapter, 'stream');
    if (!stream) throw new Error('the pass gave no stream');
    const size = stream.length / batch.positions.length;
    const indices = batch.rows.flatMap((row) =>
      Array.from({ length: askedOf(row) }, () => row.index),
    );
    this.open = indices.map((index, at) => ({
      index,
      token: item(batch.targets, at),
      states: stream.subarray(at * size, (at + 1) * size),
    }));
    return batch.ids.length;
  }

  private async sweepOver(steps: readonly OpenStep[], runner: ModelRunner): Promise<SweptStep[]> {
    const last: Question = { measure: 'vocabulary', layers: [runner.depth] };
    const logits = await runner.askLayers(steps.map(({ states }) => ({ states, question: last })));
    const found = new Map<number, SweptStep>();
    let asking = zip(steps, logits).map(([{ states, token }, [own]], at) => ({
      at,
      states,
      asked: swept(own ?? new Float32Array(), token, this.sweep),
      answer: undefined as Answer | undefined,
    }));
    while (asking.length > 0) {
      const open = asking.flatMap((one) => {
        const taken = next(one.asked, one.answer);
        if (!taken.done) return [{ ...one, question: taken.value }];
        found.set(one.at, taken.value);
        return [];
      });
      const answers = open.length > 0 ? await runner.askLayers(open) : [];
      asking = zip(open, answers).map(([one, answer]) => ({ ...one, answer }));
    }
    return steps.map((_, at) => required(found, at));
  }
}

const next = <T>(asking: Asking<T>, answer: Answer | undefined): IteratorResult<Question, T> =>
  answer ? asking.next(answer) : asking.next();
