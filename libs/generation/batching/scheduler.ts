// Which work comes next: policy alone, without I/O and without a model.

import { item } from '#collections/items.js';
import type { Room } from '../cache/room.js';
import type { Task } from '../running/task.js';
import { Rounds } from './rounds.js';
import { COST, type Served } from './served.js';

export type Planned = Pick<
  Task,
  'id' | 'owner' | 'width' | 'unread' | 'isStreamed' | 'lengths' | 'ahead'
>;

/** The next tokens of a sequence's prompt. */
export interface PromptPart<S extends Planned> {
  readonly sequence: S;
  readonly count: number;
}

/** A step: a token for each of the running sequences, and parts of prompts, a pass each. */
export interface Plan<S extends Planned> {
  readonly decoded: readonly S[];
  readonly parts: readonly PromptPart<S>[];
}

/** Whom the scheduler tells, at once. */
export interface Changes<S extends Planned> {
  /** Who is to be read next, and may find some of its tokens read, or all, where it has made room. */
  begins(sequence: S): void;
  /** Who makes room: with what it holds it waits, or else is read again later. */
  givesWay(sequence: S): void;
}

export interface SchedulerLimits {
  /** Rows that run at once; half as many more of owners that would have none. */
  readonly maxBatch: number;
  /** Prompt tokens of a step. */
  readonly promptTokens: number;
  /** The same where answers are streamed, whose tokens come a step apart. */
  readonly promptTokensBeside: number;
}

/** A pass over fewer tokens takes as long as over so many: it reads the weights. */
const LEAST_PASS = 16;
/** For so many tokens of an answer there is room when it begins; then as long as there is. */
const TOKENS_AHEAD = 64;

/** Owners are served alike; arrivals join the running batch once they are read. */
export class Scheduler<S extends Planned = Task> {
  /** Those under way, too, until the last of their tokens is read. */
  private readonly waiting: Rounds<S>;
  /** Those that have a row or are read into one, in the order in which they began. */
  private readonly begun: S[] = [];
  /** Ids of those of which some tokens are read. */
  private readonly reading = new Set<number>();

  constructor(
    private readonly limits: SchedulerLimits,
    private readonly served: Served,
    private readonly room: Room,
    private readonly changes: Changes<S>,
  ) {
    this.waiting = new Rounds(served);
  }

  get isIdle(): boolean {
    return this.waiting.isEmpty && this.begun.length === 0;
  }

  private get running(): S[] {
    return this.begun.filter(({ id }) => !this.reading.has(id));
  }

  /** The owner's that run. */
  of(owner: string): S[] {
    return this.running.filter((sequence) => sequence.owner === owner);
  }

  add(sequence: S): void {
    this.waiting.add(sequence);
  }

  /** Forgets a sequence that is done or no longer wanted. @returns it, where it has rows. */
  remove(id: number): S | undefined {
    this.waiting.remove(id);
    const begun = this.leave(id);
    this.hold();
    return begun;
  }

  next(): Plan<S> | undefined {
    this.preempt();
    const decoded = this.running;
    for (const { owner, width } of decoded) this.served.charge(owner, COST.said * width);
    const parts = this.nextParts(decoded);
    this.hold();
    return decoded.length + parts.length > 0 ? { decoded, parts } : undefined;
  }

  /** Where the next tokens have no room, the youngest of who has been served the most gives way. */
  private preempt(): void {
    const preempted: S[] = [];
    while (this.begun.length > 0 && !this.room.fits(lengthsOf(this.begun, 1))) {
      const youngest = this.begun.reduce((most, one) =>
        this.served.of(one.owner) >= this.served.of(most.owner) ? one : most,
      );
      this.leave(youngest.id);
      this.waiting.remove(youngest.id);
      this.changes.givesWay(youngest);
      preempted.push(youngest);
    }
    // Behind who is under way: that frees the room which they wait for.
    for (const one of preempted) this.waiting.addFirst(one, (other) => this.isRead(other));
  }

  /** @param decoded to which who has read all there is is added: it has a row as soon as it begins. */
  private nextParts(decoded: S[]): PromptPart<S>[] {
    const { promptTokens, promptTokensBeside } = this.limits;
    const parts: PromptPart<S>[] = [];
    let left = this.running.some(({ isStreamed }) => isStreamed)
      ? promptTokensBeside
      : promptTokens;
    for (let next = this.nextWaiting(); next; next = this.nextWaiting()) {
      this.begin(next);
      if (next.unread === 0) {
        this.join(next.id);
        this.served.charge(next.owner, COST.said * next.width);
        decoded.push(next);
        continue;
      }
      const count = Math.min(left, next.unread);
      // A part is a pass: what the first one leaves is for prompts that come to their end with it.
      if (parts.length > 0 && count < next.unread) break;
      this.read(next, count);
      parts.push({ sequence: next, count });
      left -= Math.max(count, LEAST_PASS);
      if (left <= 0) break;
    }
    return parts;
  }

  private begin(sequence: S): void {
    if (this.begun.includes(sequence)) return;
    this.begun.push(sequence);
    this.reading.add(sequence.id);
    this.changes.begins(sequence);
  }

  private read(sequence: S, count: number): void {
    const { id, owner, unread } = sequence;
    this.served.charge(owner, COST.read * count);
    if (count >= unread) this.join(id);
  }

  /** One that runs has more to read before it goes on. @returns it */
  readOn(id: number): S {
    const sequence = item(this.begun, this.placeOf(id));
    this.reading.add(id);
    this.waiting.addFirst(sequence);
    return sequence;
  }

  /** All of it is read. */
  join(id: number): void {
    this.waiting.remove(id);
    this.reading.delete(id);
  }

  /**
   * Long answers of one owner may fill the batch: another's first one does not wait for their end. Who
   * needs more rows or bytes than there are waits for them, and nobody passes; what is under way goes
   * on.
   */
  private nextWaiting(): S | undefined {
    const isRead = (one: S): boolean => this.isRead(one);
    const isNew = ({ owner }: S): boolean => this.begun.every((one) => one.owner !== owner);
    const { maxBatch } = this.limits;
    const rows = this.begun.reduce((sum, { width }) => sum + width, 0);
    const next = this.waiting.next((one) => isRead(one) || rows < maxBatch || isNew(one));
    if (!next || isRead(next)) return next;
    const most = isNew(next) ? maxBatch + Math.ceil(maxBatch / 2) : maxBatch;
    const hasRoom =
      rows + next.width <= most && this.room.fits(lengthsOf([...this.begun, next], TOKENS_AHEAD));
    return hasRoom ? next : this.waiting.next(isRead);
  }

  private isRead({ id }: S): boolean {
    return this.reading.has(id);
  }

  private leave(id: number): S | undefined {
    this.reading.delete(id);
    const at = this.placeOf(id);
    return at < 0 ? undefined : this.begun.splice(at, 1)[0];
  }

  private placeOf(id: number): number {
    return this.begun.findIndex((one) => one.id === id);
  }

  private hold(): void {
    this.room.hold(lengthsOf(this.begun, 1));
  }
}

/** Tokens of the rows, with up to so many more of each. */
const lengthsOf = (sequences: readonly Planned[], more: number): number[] =>
  sequences.flatMap(({ lengths, ahead }) =>
    lengths.map((length) => length + Math.min(more, ahead)),
  );
