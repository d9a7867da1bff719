// The bytes that spell a set of characters in UTF-8: ranges of bytes, one after another.

import { item } from '#collections/items.js';
import { type Range, type Ranges, within } from './code-points.js';

/** Ends of what one, two, three and four bytes spell. */
const LENGTHS: readonly Range[] = [
  [0, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xffff],
  [0x10000, 0x10ffff],
];

/** What the first of so many more bytes begins with. */
const LEADS = [0, 0xc0, 0xe0, 0xf0];

/** Each item spells some of the characters, and together they spell all, once. */
export function utf8Ranges(ranges: Ranges): Range[][] {
  return LENGTHS.flatMap(([low, high], i) =>
    within(ranges, low, high).flatMap(([from, to]) => split(bytesOf(from, i), bytesOf(to, i))),
  );
}

/** @param more bytes after the first. */
function bytesOf(code: number, more: number): number[] {
  if (more === 0) return [code];
  const lead = item(LEADS, more) | (code >> (6 * more));
  const rest = Array.from({ length: more }, (_, i) => (code >> (6 * (more - 1 - i))) & 0x3f);
  return [lead, ...rest.map((bits) => bits | 0x80)];
}

/** From one spelling to another of the same length. */
function split(low: readonly number[], high: readonly number[]): Range[][] {
  const [first = 0, ...lows] = low;
  const [last = 0, ...highs] = high;
  if (lows.length === 0) return [[[first, last]]];
  if (first === last) return after(first, first, split(lows, highs));
  const isLowest = lows.every((byte) => byte === 0x80);
  const isHighest = highs.every((byte) => byte === 0xbf);
  const [from, to] = [isLowest ? first : first + 1, isHighest ? last : last - 1];
  const all: Range[] = lows.map(() => [0x80, 0xbf]);
  return [
    ...(isLowest
      ? []
      : after(
          first,
          first,
          split(
            lows,
            lows.map(() => 0xbf),
          ),
        )),
    ...(from <= to ? after(from, to, [all]) : []),
    ...(isHighest
      ? []
      : after(
          last,
          last,
          split(
            highs.map(() => 0x80),
            highs,
          ),
        )),
  ];
}

const after = (low: number, high: number, rest: readonly Range[][]): Range[][] =>
  rest.map((ranges) => [[low, high], ...ranges]);
