// Numbers between bounds of a JSON schema.

import { FormError } from '../errors/form.error.js';
import { choice, characters, type Expression, repeat, sequence, text } from './expression.js';
import { number, whole } from './json.js';
import type { Placed } from './schema.js';
import { wholesBetween } from './whole-numbers.js';

/** What 15 digits write. */
const LARGEST = 10 ** 15 - 1;
const BOUNDS = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'] as const;

interface Bounds {
  /** Whole numbers, which are included. */
  readonly low: number;
  readonly high: number;
  /** Others lie between these. */
  readonly floor: number;
  readonly ceiling: number;
}

export function integerOf(placed: Placed): Expression {
  const { multipleOf = 1 } = placed.schema;
  if (multipleOf !== 1) throw wrong(placed, 'multipleOf: expected 1');
  if (!isBounded(placed)) return whole;
  const { low, high } = boundsOf(placed, Math.ceil, Math.floor);
  if (low > high) throw wrong(placed, 'no whole number is within the bounds');
  return wholesBetween(low, high);
}

export function numberOf(placed: Placed): Expression {
  if (placed.schema['multipleOf'] !== undefined)
    throw wrong(placed, 'multipleOf: expected it with integers alone');
  if (!isBounded(placed)) return number;
  const expectWhole = (bound: number): number => {
    if (Number.isInteger(bound)) return bound;
    throw wrong(placed, 'bounds: expected whole numbers');
  };
  const { low, high, floor, ceiling } = boundsOf(placed, expectWhole, expectWhole);
  if (low > high && floor >= ceiling) throw wrong(placed, 'no number is within the bounds');
  return choice(
    ...(low <= high ? [wholesBetween(low, high)] : []),
    ...(ceiling > Math.max(floor, 0) ? [broken(Math.max(floor, 0), ceiling)] : []),
    ...(floor < Math.min(ceiling, 0)
      ? [sequence(text('-'), broken(Math.max(-ceiling, 0), -floor))]
      : []),
  );
}

const isBounded = ({ schema }: Placed): boolean =>
  BOUNDS.some((bound) => schema[bound] !== undefined);

/** Of 0 or more, and not whole: so many digits as 64 bits keep, the last of them not 0. */
function broken(floor: number, ceiling: number): Expression {
  const places = Math.max(1, 15 - `${ceiling}`.length);
  const nonZero = characters([[0x31, 0x39]]);
  const digits = repeat(characters([[0x30, 0x39]]), 0, places - 1);
  return sequence(wholesBetween(floor, ceiling - 1), text('.'), digits, nonZero);
}

type Round = (bound: number) => number;

function boundsOf(placed: Placed, up: Round, down: Round): Bounds {
  const [least, above, most, below] = BOUNDS.map((bound) => valueOf(placed, bound));
  const floor = Math.max(up(least ?? -LARGEST), above === undefined ? -LARGEST : down(above));
  const ceiling = Math.min(down(most ?? LARGEST), below === undefined ? LARGEST : up(below));
  const low = Math.max(up(least ?? -LARGEST), above === undefined ? -LARGEST : down(above) + 1);
  const high = Math.min(down(most ?? LARGEST), below === undefined ? LARGEST : up(below) - 1);
  return { low, high, floor, ceiling };
}

function valueOf(placed: Placed, bound: string): number | undefined {
  const value = placed.schema[bound];
  if (value === undefined) return undefined;
  // What is beyond all that is written bounds nothing, such as the largest number that is safe.
  const [low, high] = bound.endsWith('inimum') ? [-Infinity, LARGEST] : [-LARGEST, Infinity];
  if (typeof value === 'number' && value >= low && value <= high)
    return Math.min(Math.max(value, -LARGEST - 1), LARGEST + 1);
  throw wrong(placed, `${bound}: expected a number of at most 15 digits`);
}

const wrong = ({ path }: Placed, problem: string): FormError =>
  new FormError(`the schema at ${path}: ${problem}`);
