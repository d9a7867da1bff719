// Follows a network byte by byte. What is read leads to a state, which remembers where it leads and
// which tokens may come: forms ask for the same again and again.

import { FormError } from '../errors/form.error.js';
import { CALL, EMPTY, type Network } from './network.js';
import type { TokenTrie } from './token-trie.js';

/** Where calls of rules go on once they are over, innermost first. */
interface Stack {
  readonly id: number;
  readonly back: number;
  readonly under: Stack | undefined;
  readonly above: Map<number, Stack>;
}

/** A place in the network, in certain calls. */
interface Place {
  readonly node: number;
  readonly stack: Stack;
}

export interface State {
  /** All that the bytes so far may mean; each reads a byte. */
  readonly places: readonly Place[];
  /** Whether the text may end here. */
  readonly mayEnd: boolean;
  /** By byte; null where it leads nowhere. */
  readonly next: (State | null | undefined)[];
  /** A bit for each token. */
  mask?: Uint32Array;
}

/** Places looked at for one token; about 30 ms. */
const MAX_WORK = 250_000;
/** Bytes that states take, after which they are forgotten. */
const MAX_BYTES = 16 * 2 ** 20;
const SPACE = 0x20;
const STATE_BYTES = 2_500;
const PLACE_BYTES = 100;

export class Automaton {
  readonly start: State;
  private states = new Map<string, State>();
  private bytes = 0;
  private stacks = 0;
  private work = 0;
  private readonly bottom: Stack;

  /** @param dropsSpace whether a space at the very beginning is no part of the text. */
  constructor(
    private readonly network: Network,
    private readonly trie: TokenTrie,
    dropsSpace = false,
  ) {
    this.bottom = this.stack(-1, undefined);
    const start = this.stateOf([{ node: 0, stack: this.bottom }]);
    this.start = dropsSpace ? { ...start, next: withSpace(start) } : start;
  }

  /**
   * Tokens that may come next, a bit for each.
   * @throws FormError where the text may mean too many things at once.
   */
  mask(state: State): Uint32Array {
    if (state.mask) return state.mask;
    this.begin();
    const { bytes, depths, after, offsets, tokens, spellings } = this.trie;
    const mask = new Uint32Array(Math.ceil(spellings.length / 32));
    const path: State[] = [state];
    for (let node = 1; node < bytes.length;) {
      const depth = depths[node]!;
      const next = this.follow(path[depth - 1]!, bytes[node]!);
      if (!next) {
        node = after[node]!;
        continue;
      }
      path[depth] = next;
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
        const token = tokens[i]!;
        mask[token >> 5]! |= 1 << (token & 31);
      }
      node++;
    }
    this.bytes += mask.byteLength;
    return (state.mask = mask);
  }

  /** @returns null where the text has no such form. @throws as mask */
  read(state: State, token: number): State | null {
    this.begin();
    const spelling = this.trie.spellings[token] ?? '';
    if (spelling === '') return null;
    let next: State | null = state;
    for (let i = 0; i < spelling.length && next; i++)
      next = this.follow(next, spelling.charCodeAt(i));
    return next;
  }

  private begin(): void {
    this.work = 0;
    if (this.bytes < MAX_BYTES) return;
    for (const state of this.states.values()) {
      state.next.length = 0;
      delete state.mask;
    }
    this.states = new Map();
    this.bottom.above.clear();
    this.bytes = 0;
  }

  private follow(state: State, byte: number): State | null {
    const known = state.next[byte];
    if (known !== undefined) return known;
    const { offsets, edges } = this.network;
    const reached: Place[] = [];
    for (const { node, stack } of state.places) {
      this.count();
      for (let i = offsets[node]! * 3; i < offsets[node + 1]! * 3; i += 3)
        if (edges[i]! >= 0 && edges[i]! <= byte && byte <= edges[i + 1]!)
          reached.push({ node: edges[i + 2]!, stack });
    }
    const next = reached.length > 0 ? this.stateOf(reached) : null;
    return (state.next[byte] = next);
  }

  private stateOf(reached: Place[]): State {
    const { places, keys, mayEnd } = this.closure(reached);
    const key = `${mayEnd} ${keys.toSorted((a, b) => a - b).join(' ')}`;
    const known = this.states.get(key);
    if (known) return known;
    const state = { places, mayEnd, next: [] };
    this.states.set(key, state);
    this.bytes += STATE_BYTES + places.length * PLACE_BYTES;
    return state;
  }

  /** All places that are reached without another byte, those alone that read one. */
  private closure(reached: Place[]): { places: Place[]; keys: number[]; mayEnd: boolean } {
    const { offsets, edges, ends } = this.network;
    const seen = new Set<number>();
    const places: Place[] = [];
    const keys: number[] = [];
    let mayEnd = false;
    for (let place = reached.pop(); place; place = reached.pop()) {
      const { node, stack } = place;
      const key = stack.id * ends.length + node;
      if (seen.has(key)) continue;
      seen.add(key);
      this.count();
      if (ends[node] === 1 && !stack.under) mayEnd = true;
      if (ends[node] === 1 && stack.under) reached.push({ node: stack.back, stack: stack.under });
      let reads = false;
      for (let i = offsets[node]! * 3; i < offsets[node + 1]! * 3; i += 3) {
        const [low, start, target] = [edges[i]!, edges[i + 1]!, edges[i + 2]!];
        if (low === EMPTY) reached.push({ node: target, stack });
        else if (low === CALL) reached.push({ node: start, stack: this.call(stack, target) });
        else reads = true;
      }
      if (!reads) continue;
      places.push(place);
      keys.push(key);
    }
    return { places, keys, mayEnd };
  }

  /** A call at a rule's end has nothing to go on with: repetition by recursion grows no stack. */
  private call(stack: Stack, back: number): Stack {
    if (this.network.ends[back] === 1) return stack;
    let above = stack.above.get(back);
    if (!above) stack.above.set(back, (above = this.stack(back, stack)));
    return above;
  }

  private stack(back: number, under: Stack | undefined): Stack {
    this.bytes += PLACE_BYTES;
    return { id: this.stacks++, back, under, above: new Map() };
  }

  private count(): void {
    if (++this.work > MAX_WORK)
      throw new FormError('what has been written may mean too many things at once');
  }
}

/** Of a state that stays where it is at a space. */
function withSpace(state: State): State['next'] {
  const next: State['next'] = [];
  next[SPACE] = state;
  return next;
}
