// A grammar as a network of states over bytes, in flat arrays that go from thread to thread.

import { item } from '#collections/items.js';
import { FormError } from '../errors/form.error.js';
import { type Range, type Ranges, without } from './code-points.js';
import type { Expression, Grammar } from './expression.js';
import { productiveStates } from './productive.js';
import { checkRecursion } from './recursion.js';
import { utf8Ranges } from './utf8-ranges.js';

/**
 * States are numbers; those of a rule lead from its start to its end, which nothing leaves. The
 * root's start is 0.
 */
export interface Network {
  /** Where each state's edges begin, and where the last one's end: [states + 1]. */
  readonly offsets: Int32Array;
  /** Low byte, high byte and target; or EMPTY, 0 and target; or CALL, start and target. */
  readonly edges: Int32Array;
  /** 1 for the ends of rules. [states] */
  readonly ends: Uint8Array;
}

export const EMPTY = -1;
export const CALL = -2;
/** Precedes a control token's name: a byte that no text has. */
export const CONTROL = 0xff;

/** A state takes about a hundred bytes, and each is looked at while a token is chosen. */
const MAX_STATES = 100_000;
/** Parts in each other. */
const MAX_DEPTH = 2_000;

const BACKSLASH = 0x5c;
/** What JSON writes as a letter after a backslash; other control characters are not written. */
const ESCAPES = [...'\b\t\n\f\r"\\'].map((character) => ({
  code: character.charCodeAt(0),
  letter: JSON.stringify(character).charCodeAt(2),
}));
const UNQUOTED: Ranges = [
  [0, 0x1f],
  [0x22, 0x22],
  [BACKSLASH, BACKSLASH],
];

type Edge = readonly [low: number, high: number, target: number];

/** @throws FormError for a grammar that is too large, or calls a rule before anything is read. */
export function networkOf(grammar: Grammar): Network {
  checkRecursion(grammar);
  return new Builder(grammar).build();
}

class Builder {
  private readonly edges: Edge[][] = [];
  private readonly ends = new Set<number>();
  private readonly starts = new Map<string, number>();
  private readonly waiting: string[] = [];
  private work = 0;
  private depth = 0;

  constructor(private readonly grammar: Grammar) {}

  build(): Network {
    this.addRule(this.state(), this.grammar.root);
    for (let name = this.waiting.pop(); name !== undefined; name = this.waiting.pop())
      this.addRule(this.starts.get(name) ?? 0, this.ruleOf(name));
    const { ends } = this;
    const edges = this.productive();
    const offsets = new Int32Array(edges.length + 1);
    for (const [state, { length }] of edges.entries())
      offsets[state + 1] = item(offsets, state) + length;
    return {
      offsets,
      edges: Int32Array.from(edges.flat(2)),
      ends: Uint8Array.from(edges, (_, state) => (ends.has(state) ? 1 : 0)),
    };
  }

  /** By state, without those that lead nowhere. */
  private productive(): Edge[][] {
    const all = this.edges.flatMap((own, from) =>
      own.map(([low, start, target]) => ({
        from,
        target,
        called: low === CALL ? start : undefined,
      })),
    );
    const found = productiveStates(this.edges.length, all, this.ends);
    if (!found.has(0)) throw new FormError('no text has this form');
    return this.edges.map((own) =>
      own.filter(([low, start, to]) => found.has(to) && (low !== CALL || found.has(start))),
    );
  }

  private ruleOf(name: string): Expression {
    const found = this.grammar.rules.get(name);
    if (!found) throw new FormError(`there is no rule ${JSON.stringify(name.slice(0, 100))}`);
    return found;
  }

  private addRule(start: number, expression: Expression): void {
    const end = this.state();
    this.ends.add(end);
    this.add(expression, start, end);
  }

  private state(): number {
    return this.edges.push([]) - 1;
  }

  private edge(from: number, low: number, high: number, to: number): void {
    item(this.edges, from).push([low, high, to]);
    this.count();
  }

  private count(): void {
    if (++this.work > 4 * MAX_STATES || this.edges.length > MAX_STATES)
      throw new FormError(`it takes more than ${MAX_STATES} states: ask for less, or fewer times`);
  }

  /** Texts of the expression lead from one state to another. */
  private add(expression: Expression, from: number, to: number): void {
    this.count();
    if (++this.depth > MAX_DEPTH) throw new FormError(`it is more than ${MAX_DEPTH} parts deep`);
    this.addKind(expression, from, to);
    this.depth--;
  }

  private addKind(expression: Expression, from: number, to: number): void {
    switch (expression.kind) {
      case 'text':
        return this.addBytes(Buffer.from(expression.text), from, to);
      case 'token':
        return this.addBytes([CONTROL, ...Buffer.from(expression.content)], from, to);
      case 'characters':
        return this.addCharacters(expression, from, to);
      case 'sequence':
        return this.addSequence(expression.items, from, to);
      case 'choice':
        for (const one of expression.items) this.add(one, from, to);
        return;
      case 'repeat':
        return this.addRepeat(expression, from, to);
      case 'rule':
        return this.edge(from, CALL, this.startOf(expression.name), to);
    }
  }

  private startOf(name: string): number {
    const known = this.starts.get(name);
    if (known !== undefined) return known;
    const start = this.state();
    this.starts.set(name, start);
    this.waiting.push(name);
    return start;
  }

  private addBytes(bytes: Iterable<number>, from: number, to: number): void {
    this.addRanges(
      [...bytes].map((byte) => [byte, byte] as const),
      from,
      to,
    );
  }

  private addRanges(ranges: readonly Range[], from: number, to: number): void {
    if (ranges.length === 0) return this.edge(from, EMPTY, 0, to);
    let state = from;
    for (const [i, [low, high]] of ranges.entries()) {
      const next = i + 1 < ranges.length ? this.state() : to;
      this.edge(state, low, high, next);
      state = next;
    }
  }

  private addSequence(items: readonly Expression[], from: number, to: number): void {
    if (items.length === 0) return this.edge(from, EMPTY, 0, to);
    let state = from;
    for (const [i, one] of items.entries()) {
      const next = i + 1 < items.length ? this.state() : to;
      this.add(one, state, next);
      state = next;
    }
  }

  private addRepeat(
    { item: one, least, most }: Expression & { kind: 'repeat' },
    from: number,
    to: number,
  ): void {
    let state = from;
    for (let i = 0; i < (most === Infinity ? least : most); i++) {
      const next = this.state();
      if (i >= least) this.edge(state, EMPTY, 0, to);
      this.add(one, state, next);
      state = next;
    }
    if (most !== Infinity) return this.edge(state, EMPTY, 0, to);
    const loop = this.state();
    this.edge(state, EMPTY, 0, loop);
    this.add(one, loop, loop);
    this.edge(loop, EMPTY, 0, to);
  }

  private addCharacters(
    { ranges, quoted }: Expression & { kind: 'characters' },
    from: number,
    to: number,
  ): void {
    const plain = quoted ? without(ranges, UNQUOTED) : ranges;
    const shared = new Map<string, number>();
    for (const spelling of utf8Ranges(plain)) this.addShared(spelling, from, to, shared);
    if (!quoted) return;
    const escaped = this.state();
    this.edge(from, BACKSLASH, BACKSLASH, escaped);
    for (const { code, letter } of ESCAPES)
      if (ranges.some(([low, high]) => low <= code && code <= high))
        this.edge(escaped, letter, letter, to);
  }

  /** What follows a character's first bytes alike is written once. */
  private addShared(
    [[low, high] = [0, 0], ...rest]: readonly Range[],
    from: number,
    to: number,
    shared: Map<string, number>,
  ): void {
    if (rest.length === 0) return this.edge(from, low, high, to);
    const key = rest.join();
    const known = shared.get(key);
    const next = known ?? this.state();
    this.edge(from, low, high, next);
    if (known !== undefined) return;
    shared.set(key, next);
    this.addShared(rest, next, to, shared);
  }
}
