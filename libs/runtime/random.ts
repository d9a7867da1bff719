// The engine's one source of randomness: a small generator whose stream is a pure function of its
// seeds.

import { item } from '#collections/items.js';

const mix = (hash: number, word: number): number => {
  let h = Math.imul(hash ^ word, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  return (h ^ (h >>> 13)) >>> 0;
};

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush. */
export class Random {
  // Kept to 32 bits by `| 0`, and so from the start: V8 boxes others, which takes twice the time.
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /**
   * Streams of different seeds are independent; seeds such as (run, purpose, step) need no state
   * kept between steps.
   */
  constructor(...seeds: readonly (number | string)[]) {
    const words = seeds.flatMap((seed) =>
      typeof seed === 'number'
        ? [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]
        : [...Buffer.from(seed)],
    );
    const hash = (start: number): number => words.reduce(mix, start);
    this.a = hash(1) | 0;
    this.b = hash(2) | 0;
    this.c = hash(3) | 0;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Uniform in [0, 2^32). */
  uint32(): number {
    const { a, b, c, counter } = this;
    const sum = (a + b + counter) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    this.c = (((c << 21) | (c >>> 11)) + sum) | 0;
    this.counter = (counter + 1) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The numbers 0 to length - 1 in random order (Fisher-Yates). */
  permutation(length: number): number[] {
    const order = Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [item(order, j), item(order, i)];
    }
    return order;
  }
}
