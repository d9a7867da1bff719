// Whole numbers of a range, written in decimal.

import { characters, choice, type Expression, repeat, sequence, text } from './expression.js';

/** @param low safe integers, in order. @param close what comes after the digits, by sign. */
export function wholesBetween(low: number, high: number): Expression {
  const parts: Expression[] = [];
  if (low < 0) parts.push(sequence(text('-'), naturals(Math.max(1, -high), -low)));
  if (high >= 0) parts.push(naturals(Math.max(0, low), high));
  return choice(...parts);
}

function naturals(low: number, high: number): Expression {
  const lengths = Array.from({ length: `${high}`.length }, (_, i) => i + 1);
  return choice(
    ...lengths
      .filter((length) => length >= `${low}`.length)
      .map((length) => {
        const least = length === 1 ? 0 : 10 ** (length - 1);
        return sameLength(`${Math.max(low, least)}`, `${Math.min(high, 10 ** length - 1)}`);
      }),
  );
}

/** @param low digits, as many as of `high`, and not above them. */
function sameLength(low: string, high: string): Expression {
  if (low === '') return text('');
  const [first, last] = [Number(low[0]), Number(high[0])];
  const [lows, highs] = [low.slice(1), high.slice(1)];
  if (first === last) return sequence(text(`${first}`), sameLength(lows, highs));
  const isLowest = /^0*$/.test(lows);
  const isHighest = /^9*$/.test(highs);
  const [from, to] = [isLowest ? first : first + 1, isHighest ? last : last - 1];
  return choice(
    ...(isLowest ? [] : [sequence(text(`${first}`), sameLength(lows, '9'.repeat(lows.length)))]),
    ...(from <= to
      ? [sequence(digit(from, to), repeat(digit(0, 9), lows.length, lows.length))]
      : []),
    ...(isHighest ? [] : [sequence(text(`${last}`), sameLength('0'.repeat(highs.length), highs))]),
  );
}

const digit = (from: number, to: number): Expression => characters([[0x30 + from, 0x30 + to]]);
