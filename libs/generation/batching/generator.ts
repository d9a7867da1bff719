// Generation and scoring joined: one round at a time, for whoever is waiting.

import { grouped } from '#collections/grouped.js';
import { zip } from '#collections/zip.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { Room } from '../cache/room.js';
import type { Forms } from '../constraints/forms.js';
import type { Answer, Question } from '../decoding/early-layers.js';
import type { Sweep } from '../decoding/sweep.js';
import type { LoadedAdapter } from '../running/adapter-rows.js';
import type { Chunk } from '../running/chunk.js';
import type { ScoreKind } from '../running/graphs.js';
import { type ModelRunner, wholeOf } from '../running/model-runner.js';
import type { ScoreItem } from '../running/score-batch.js';
import type { Score } from '../running/score.js';
import type { SequenceOptions } from '../running/sequence.js';
import type { Logits, Part, Task, Turn } from '../running/task.js';
import { Answers } from './answers.js';
import { Balance } from './balance.js';
import type { Owned } from './owned.js';
import { type Plan, type PromptPart, Scheduler, type SchedulerLimits } from './scheduler.js';
import { Scoring } from './scoring.js';
import { COST, Served } from './served.js';

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
  private readonly answers: Answers;
  private readonly scoring: Scoring;
  private readonly balance = new Balance();
  private readonly cancelled: number[] = [];
  /** What has made room and waits, with what it has read. */
  private readonly aside = new Map<number, Task>();
  /** By the ids of rows that are read while others of their sequences are not. */
  private readonly firstLogits = new Map<number, Float32Array>();

  constructor(
    private readonly runner: ModelRunner,
    tokenizer: Tokenizer,
    forms: Forms,
    /** Tokens of the longest sequence of so many rows. */
    longest: (rows: number) => number,
    limits: SchedulerLimits,
    private readonly events: GeneratorEvents,
    room: Room,
  ) {
    this.answers = new Answers(tokenizer, forms, longest, runner.vocabulary);
    this.scoring = new Scoring(runner, this.served, {
      scored: (id, scores) => {
        this.drop(id);
        this.events.scored(id, scores);
      },
      guard: (ids, pass) => this.guard(ids, pass),
    });
    this.scheduler = new Scheduler(limits, this.served, room, {
      begins: (task) => this.begin(task),
      givesWay: (task) => this.giveWay(task),
    });
  }

  get isIdle(): boolean {
    return this.scheduler.isIdle && this.scoring.isEmpty;
  }

  generate(
    asked: Owned,
    prompt: readonly number[],
    adapter: LoadedAdapter | undefined,
    options: SequenceOptions,
  ): void {
    const { task, chunk } = this.answers.begin(asked, prompt, adapter, options);
    if (chunk) this.events.chunk(asked.id, chunk);
    if (!chunk?.finishReason) this.enter(task);
  }

  private enter(task: Task): void {
    this.served.enter(task);
    this.scheduler.add(task);
  }

  score(
    asked: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    kind: ScoreKind,
  ): void {
    this.served.enter(asked);
    this.scoring.score(asked, items, adapter, kind);
  }

  sweep(
    asked: Owned,
    items: readonly ScoreItem[],
    adapter: LoadedAdapter | undefined,
    sweep: Sweep,
  ): void {
    this.served.enter(asked);
    this.scoring.sweep(asked, items, adapter, sweep);
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
      which === 'scores' && task ? this.scoring.take(task, this.scheduler.isIdle) : this.takeStep(),
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
    if (this.aside.delete(task.id)) return this.goOn(task);
    for (const row of task.rows) task.read += this.runner.begin(wholeOf(row), task.owner);
    task.cached ??= task.read;
  }

  private goOn(task: Task): void {
    for (const row of task.rows) task.read += this.runner.goOn(row);
    for (const id of task.parked ?? []) this.runner.takeBack(id);
  }

  private readOn(id: number): void {
    const task = this.scheduler.readOn(id);
    task.read = 0;
    for (const row of task.rows) task.read += this.runner.readOn(wholeOf(row), task.owner);
  }

  /** Where there is no room for what it holds, it is read again. */
  private giveWay(task: Task): void {
    if (this.runner.setAside([...idsOf(task)])) this.aside.set(task.id, task);
    else this.release(task);
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

  /** @param isOver whether its answer is whole: what was read for it is kept. */
  private drop(id: number, { isOver = false } = {}): Task | undefined {
    const task = this.scheduler.remove(id) ?? this.aside.get(id);
    this.aside.delete(id);
    if (task && isOver && task.width === 1)
      for (const row of task.rows) this.runner.keep(wholeOf(row), task.owner);
    if (task) this.release(task);
    this.scoring.remove(id);
    this.served.leave(id);
    return task;
  }

  private release(task: Task): void {
    for (const id of idsOf(task)) {
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

/** Of all of its rows. */
const idsOf = ({ rows, parked = [] }: Task): ReadonlySet<number> =>
  new Set([...rows.map(({ id }) => id), ...parked]);

const isAsking = <S extends { question: Question | undefined }>(
  step: S,
): step is S & { question: Question } => step.question !== undefined;
