// Generation and scoring joined: one round at a time, for whoever is waiting.

import { grouped } from '#collections/grouped.js';
import { zip } from '#collections/zip.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Room } from '../cache/room.js';
import type { Forms } from '../constraints/forms.js';
import type { Answer, Question } from '../decoding/early-layers.js';
import type { Sweep } from '../decoding/sweep.js';
import { LinkSearch } from '../linking/link-search.js';
import type { LoadedAdapter } from '../running/adapter-rows.js';
import { BeamSearch } from '../running/beam-search.js';
import type { Chunk } from '../running/chunk.js';
import type { PassKind, ScoreKind } from '../running/graphs.js';
import { type Begun, LinkedSequence } from '../running/linked-sequence.js';
import { type ModelRunner, wholeOf } from '../running/model-runner.js';
import {
  type BatchLimits,
  type ScoreBatch,
  type ScoreItem,
  type ScoreRow,
  scoreRows,
  takeBatch,
} from '../running/score-batch.js';
import { type Score, scoresOf } from '../running/score.js';
import { rowsAsked, Sequence, type SequenceOptions } from '../running/sequence.js';
import { SweepTask } from '../running/sweep-task.js';
import type { Logits, Part, Task, Turn } from '../running/task.js';
import { Balance } from './balance.js';
import type { Owned } from './owned.js';
import { Rounds } from './rounds.js';
import { type Plan, type PromptPart, Scheduler, type SchedulerLimits } from './scheduler.js';
import { COST, Served } from './served.js';

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

/** A row on the way to its next token. */
interface Step extends Part {
  /** Its request. */
  readonly id: number;
  /** To what it asked last; absent before that. */
  readonly answer?: Answer;
}

/** What happens to a request, by its id. */
export interface GeneratorEvents {
  chunk(id: number, chunk: Chunk): void;
  scored(id: number, scores: readonly Score[]): void;
  /** Has had to make room for others: it is read again and goes on. */
  preempted(id: number): void;
  failed(id: number, error: Error): void;
}

const NOTHING: Plan<Task> = { decoded: [], parts: [] };

export class Generator {
  private readonly scheduler: Scheduler;
  private readonly served = new Served();
  private readonly scoring = new Rounds<ScoreTask | SweepTask>(this.served);
  private readonly balance = new Balance();
  private readonly cancelled: number[] = [];
  /** By the ids of rows that are read while others of their sequences are not. */
  private readonly firstLogits = new Map<number, Float32Array>();

  constructor(
    private readonly runner: ModelRunner,
    private readonly tokenizer: Tokenizer,
    private readonly forms: Forms,
    /** Tokens of the longest sequence of so many rows. */
    private readonly longest: (rows: number) => number,
    limits: SchedulerLimits,
    private readonly events: GeneratorEvents,
    room: Room,
  ) {
    this.scheduler = new Scheduler(limits, this.served, room, {
      begins: (task) => this.begin(task),
      givesWay: (task) => this.giveWay(task),
    });
  }

  get isIdle(): boolean {
    return this.scheduler.isIdle && this.scoring.isEmpty;
  }

  generate(
    { id, owner }: Owned,
    prompt: readonly number[],
    adapter: LoadedAdapter | undefined,
    options: SequenceOptions,
  ): void {
    const begin = this.answers(owner, adapter, options);
    const { link, images, atOnce = false } = options;
    if (link) {
      const search = new LinkSearch(link, this.runner.vocabulary);
      const of = { id, owner, prompt, images: images?.shown, adapter };
      this.enter(new LinkedSequence({ ...of, search, begin, isStreamed: !atOnce }));
      return;
    }
    const { task, chunk } = begin(id, prompt);
    if (chunk) this.events.chunk(id, chunk);
    if (!chunk?.finishReason) this.enter(task);
  }

  /** Has an answer to a prompt begin, in a row. */
  private answers(
    owner: string,
    adapter: LoadedAdapter | undefined,
    options: SequenceOptions,
  ): (row: number, prompt: readonly number[]) => Begun {
    const { tokenizer } = this;
    const constraint = options.form && this.forms.constraintOf(options.form);
    const longest = this.longest(rowsAsked(options));
    return (row, prompt) => {
      const sequence = new Sequence(
        row,
        owner,
        prompt,
        adapter,
        options,
        tokenizer,
        longest,
        constraint,
      );
      const task = this.taskOf(sequence, options);
      return options.resume?.length ? { task, chunk: sequence.resume() } : { task };
    };
  }

  private enter(task: Task): void {
    this.served.enter(task);
    this.scheduler.add(task);
  }

  private taskOf(sequence: Sequence, { beams, stopTokenIds = [] }: SequenceOptions): Task {
    if (!beams) return sequence;
    const ends = new Set([...this.tokenizer.eosIds, ...stopTokenIds]);
    return new BeamSearch(sequence, beams, ends.size);
  }

  score(
    { id, owner }: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    kind: ScoreKind,
  ): void {
    this.served.enter({ id, owner });
    this.scoring.add({
      id,
      owner,
      adapter,
      kind,
      rows: scoreRows(items),
      scores: items.map(() => noScore(kind)),
    });
  }

  sweep(
    { id, owner }: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    sweep: Sweep,
  ): void {
    this.served.enter({ id, owner });
    this.scoring.add(new SweepTask(id, owner, items, adapter, sweep));
  }

  /** Takes effect before the next round, be the prompt read or not: a pass reads the cache in place. */
  cancel(id: number): void {
    this.cancelled.push(id);
  }

  /**
   * A pass of the model for the sequences, or one for the scores: where there are both, each has half
   * of the time.
   */
  async takeRound(): Promise<void> {
    for (const id of this.cancelled.splice(0)) this.drop(id);
    const task = this.scoring.next();
    const which = this.balance.next({ answers: !this.scheduler.isIdle, scores: !!task });
    await this.balance.timed(which, () =>
      which === 'scores' && task ? this.takeScores(task) : this.takeStep(),
    );
  }

  private async takeStep(): Promise<void> {
    const { decoded, parts } = this.scheduler.next() ?? NOTHING;
    if (decoded.length > 0) {
      await this.guard(
        decoded.map(({ id }) => id),
        () => this.decode(decoded),
      );
    }
    for (const part of parts) await this.guard([part.sequence.id], () => this.read(part));
  }

  private async decode(tasks: readonly Task[]): Promise<void> {
    const rows = tasks.flatMap((task) => task.rows);
    const found = zip(rows, await this.runner.decode(rows));
    await this.turn(tasks, new Map(found.map(([{ id }, logits]) => [id, logits])));
  }

  private begin(task: Task): void {
    for (const row of task.rows) task.read += this.runner.begin(wholeOf(row), task.owner);
    task.cached ??= task.read;
  }

  private readOn(id: number): void {
    const task = this.scheduler.readOn(id);
    task.read = 0;
    for (const row of task.rows) task.read += this.runner.readOn(wholeOf(row), task.owner);
  }

  private giveWay(task: Task): void {
    this.release(task);
    task.read = 0;
    this.events.preempted(task.id);
  }

  private async read({ sequence: task, count }: PromptPart<Task>): Promise<void> {
    if (this.share(task)) {
      this.served.charge(task.owner, -COST.read * count);
      this.scheduler.join(task.id);
    } else {
      await this.readPart(task, count);
      if (task.unread > 0) return;
      for (const row of task.rows) {
        const logits = row.tokens.length === 0 ? this.firstLogits.get(row.id) : undefined;
        this.runner.keep(wholeOf(row), task.owner);
        this.runner.join(row.id, logits);
      }
    }
    const logits = new Map(this.firstLogits);
    for (const { id } of task.rows) this.firstLogits.delete(id);
    await this.turn([task], logits);
  }

  private async readPart(task: Task, count: number): Promise<void> {
    let left = count;
    for (const row of task.rows) {
      if (left === 0 || this.firstLogits.has(row.id)) continue;
      const whole = wholeOf(row);
      const before = this.runner.readOf(row.id);
      const own = Math.min(left, whole.prompt.length - before);
      const logits = await this.runner.read(whole, own);
      if (logits) this.firstLogits.set(row.id, logits);
      task.read += this.runner.readOf(row.id) - before;
      left -= own;
    }
  }

  /** Answers to one prompt share its read, within an owner: nobody learns of another's prompts. */
  private share(task: Task): boolean {
    const others = this.scheduler.of(task.owner).flatMap(({ rows }) => rows);
    const alike = task.rows.flatMap((row) => this.runner.alike(row, others) ?? []);
    if (alike.length < task.rows.length) return false;
    for (const [row, other] of zip(task.rows, alike))
      this.firstLogits.set(row.id, this.runner.share(other, row));
    task.read += task.unread;
    return true;
  }

  private async turn(tasks: readonly Task[], logits: Logits): Promise<void> {
    await this.advance(
      tasks.flatMap((task) => task.advance(logits).map((part) => ({ ...part, id: task.id }))),
    );
  }

  /** What strategies ask of early layers is answered for all at once. */
  private async advance(steps: readonly Step[]): Promise<void> {
    const asked: (Step & { question: Question })[] = [];
    for (const [id, own] of grouped(steps, (step) => step.id)) {
      await this.guard([id], async () => {
        const questions = own.map((step) => ({ ...step, question: this.take(step) }));
        asked.push(...questions.filter(isAsking));
      });
    }
    if (asked.length === 0) return;
    await this.guard([...new Set(asked.map(({ id }) => id))], async () => {
      const answers = await this.runner.ask(asked);
      await this.advance(zip(asked, answers).map(([step, answer]) => ({ ...step, answer })));
    });
  }

  /** @returns what the row asks next; nothing once it has been heard. */
  private take({ id, asking, answer }: Step): Question | undefined {
    const taken = answer ? asking.next(answer) : asking.next();
    if (!taken.done) return taken.value;
    if (taken.value) this.settle(id, taken.value);
    return undefined;
  }

  private settle(id: number, { chunk, copies = [], freed = [], parked, readsOn }: Turn): void {
    for (const { from, to } of copies) this.runner.copy(from, to);
    for (const row of freed) this.runner.release(row);
    if (parked) this.runner.park(parked);
    if (readsOn) this.readOn(id);
    if (!chunk?.finishReason) {
      if (chunk) this.events.chunk(id, chunk);
      return;
    }
    const cachedTokens = this.drop(id, { isOver: true })?.cached;
    this.events.chunk(id, { ...chunk, ...(cachedTokens ? { cachedTokens } : {}) });
  }

  private takeScores(task: ScoreTask | SweepTask): Promise<void> {
    return task instanceof SweepTask ? this.sweepPart(task) : this.scoreBatch(task);
  }

  private async sweepPart(task: SweepTask): Promise<void> {
    if (task.isDone) return this.finish(task);
    await this.guard([task.id], async () => {
      const tokens = await task.takePart(this.runner, this.passLimits(task.kind));
      this.served.charge(task.owner, COST.read * tokens);
      if (task.isDone) this.finish(task);
    });
  }

  private async scoreBatch(task: ScoreTask): Promise<void> {
    if (task.rows.length === 0) {
      this.finish(task);
      return;
    }
    const { batch, tasks } = this.nextBatch(task);
    const served = [...new Set(tasks)];
    await this.guard(
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
  private nextBatch(task: ScoreTask): { batch: ScoreBatch; tasks: ScoreTask[] } {
    const { owner, adapter, kind } = task;
    const isAlike = (other: ScoreTask | SweepTask): other is ScoreTask =>
      other !== task && other.adapter === adapter && other.kind === kind;
    const alike = [task, ...this.scoring.of(owner).filter(isAlike)];
    const lists = alike.map(({ rows }) => rows);
    const waiting = lists.map(({ length }) => length);
    const batch = takeBatch(lists, this.passLimits(kind));
    const taken = zip(waiting, lists).map(([before, { length }]) => before - length);
    const tasks = zip(alike, taken).flatMap(([one, rows]) =>
      Array.from({ length: rows }, () => one),
    );
    return { batch, tasks };
  }

  private passLimits(kind: PassKind): BatchLimits {
    const limits = limitsOf(kind, this.scheduler.isIdle);
    return { ...limits, steady: this.runner.steadyLength };
  }

  private finish({ id, scores }: ScoreTask | SweepTask): void {
    this.drop(id);
    this.events.scored(id, scores);
  }

  /** @param isOver whether its answer is whole: what was read for it is kept. */
  private drop(id: number, { isOver = false } = {}): Task | undefined {
    const task = this.scheduler.remove(id);
    if (task && isOver && task.width === 1)
      for (const row of task.rows) this.runner.keep(wholeOf(row), task.owner);
    if (task) this.release(task);
    this.scoring.remove(id);
    this.served.leave(id);
    return task;
  }

  private release({ rows, parked = [] }: Task): void {
    for (const id of [...rows.map((row) => row.id), ...parked]) {
      this.runner.release(id);
      this.firstLogits.delete(id);
    }
  }

  /** A pass that fails ends the requests it was for, and no others. */
  private async guard(ids: readonly number[], pass: () => Promise<void>): Promise<void> {
    try {
      await pass();
    } catch (error) {
      for (const id of ids) {
        this.drop(id);
        this.events.failed(id, error as Error);
      }
    }
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

const isAsking = <S extends { question: Question | undefined }>(
  step: S,
): step is S & { question: Question } => step.question !== undefined;
