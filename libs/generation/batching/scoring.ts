// Scores and sweeps that wait, and the passes that they are taken in.

import { zip } from '#collections/zip.js';
import type { Sweep } from '../decoding/sweep.js';
import type { LoadedAdapter } from '../running/adapter-rows.js';
import type { PassKind, ScoreKind } from '../running/graphs.js';
import type { ModelRunner } from '../running/model-runner.js';
import {
  type BatchLimits,
  type ScoreBatch,
  type ScoreItem,
  type ScoreRow,
  scoreRows,
  takeBatch,
} from '../running/score-batch.js';
import { type Score, scoresOf } from '../running/score.js';
import { SweepTask } from '../running/sweep-task.js';
import type { Owned } from './owned.js';
import { Rounds } from './rounds.js';
import { COST, type Served } from './served.js';

/**
 * A pass of this size takes about as long as a few decode steps. What attention lays out is as much
 * as for one row of 1,448 tokens.
 */
const SCORE_LIMITS = { rows: 16, tokens: 512, scores: 2 ** 21 };
/** Tokens of a pass that answers under way wait for: as much time as a few of their steps. */
const TOKENS_BESIDE = 64;

/** A gradient is of one loss. */
function limitsOf(kind: PassKind, isAlone: boolean): typeof SCORE_LIMITS {
  const { rows, tokens } = SCORE_LIMITS;
  return {
    ...SCORE_LIMITS,
    rows: kind === 'gradient' ? 1 : rows,
    tokens: isAlone ? tokens : TOKENS_BESIDE,
  };
}

interface ScoreTask extends Owned {
  readonly adapter: LoadedAdapter | undefined;
  readonly kind: ScoreKind;
  /** Not scored yet. */
  readonly rows: ScoreRow[];
  readonly scores: Score[];
}

interface ScoringEvents {
  scored(id: number, scores: readonly Score[]): void;
  /** Takes a pass for requests: where it fails, they end. */
  guard(ids: readonly number[], pass: () => Promise<void>): Promise<void>;
}

export class Scoring {
  private readonly waiting: Rounds<ScoreTask | SweepTask>;

  constructor(
    private readonly runner: ModelRunner,
    private readonly served: Served,
    private readonly events: ScoringEvents,
  ) {
    this.waiting = new Rounds(served);
  }

  get isEmpty(): boolean {
    return this.waiting.isEmpty;
  }

  score(
    { id, owner }: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    kind: ScoreKind,
  ): void {
    const scores = items.map(() => noScore(kind));
    this.waiting.add({ id, owner, adapter, kind, rows: scoreRows(items), scores });
  }

  sweep(
    { id, owner }: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    sweep: Sweep,
  ): void {
    this.waiting.add(new SweepTask(id, owner, items, adapter, sweep));
  }

  /** What has its turn. */
  next(): ScoreTask | SweepTask | undefined {
    return this.waiting.next();
  }

  remove(id: number): void {
    this.waiting.remove(id);
  }

  /** @param isAlone whether no answer waits for the pass. */
  take(task: ScoreTask | SweepTask, isAlone: boolean): Promise<void> {
    const limits = { ...limitsOf(task.kind, isAlone), steady: this.runner.steadyLength };
    return task instanceof SweepTask ? this.takeSweep(task, limits) : this.takeScores(task, limits);
  }

  private async takeSweep(task: SweepTask, limits: BatchLimits): Promise<void> {
    if (task.isDone) return this.finish(task);
    await this.events.guard([task.id], async () => {
      const tokens = await task.takePart(this.runner, limits);
      this.served.charge(task.owner, COST.read * tokens);
      if (task.isDone) this.finish(task);
    });
  }

  private async takeScores(task: ScoreTask, limits: BatchLimits): Promise<void> {
    if (task.rows.length === 0) return this.finish(task);
    const { batch, tasks } = this.nextBatch(task, limits);
    const served = [...new Set(tasks)];
    await this.events.guard(
      served.map(({ id }) => id),
      async () => {
        this.served.charge(task.owner, COST.read * batch.ids.length);
        const targets = await this.runner.score(batch, task.adapter, task.kind);
        for (const [one, { index }, score] of zip(tasks, batch.rows, scoresOf(batch, targets)))
          one.scores[index] = score;
        for (const one of served) if (one.rows.length === 0) this.finish(one);
      },
    );
  }

  /**
   * Where a task leaves room in a pass, others of its owner that ask the same of the same model fill
   * it.
   * @returns the task of each of the batch's rows, too.
   */
  private nextBatch(
    task: ScoreTask,
    limits: BatchLimits,
  ): { batch: ScoreBatch; tasks: ScoreTask[] } {
    const { owner, adapter, kind } = task;
    const isAlike = (other: ScoreTask | SweepTask): other is ScoreTask =>
      other !== task && other.adapter === adapter && other.kind === kind;
    const alike = [task, ...this.waiting.of(owner).filter(isAlike)];
    const lists = alike.map(({ rows }) => rows);
    const waiting = lists.map(({ length }) => length);
    const batch = takeBatch(lists, limits);
    const taken = zip(waiting, lists).map(([before, { length }]) => before - length);
    const tasks = zip(alike, taken).flatMap(([one, rows]) =>
      Array.from({ length: rows }, () => one),
    );
    return { batch, tasks };
  }

  private finish({ id, scores }: ScoreTask | SweepTask): void {
    this.events.scored(id, scores);
  }
}

/** Of a completion without a token. */
const noScore = (kind: ScoreKind): Score => ({
  sum: 0,
  tokens: [],
  ...(kind === 'detail' || kind === 'lens'
    ? { detail: { best: [], bestLogProbs: [], greedy: [], mean: [], variance: [] } }
    : {}),
  ...(kind === 'likeliest' ? { likeliest: [] } : {}),
});
