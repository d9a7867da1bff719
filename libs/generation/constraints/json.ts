// JSON's own parts as expressions. White space is kept short, or a model may write nothing else.

import { grouped } from '#collections/grouped.js';
import { pointsOf, type Range, type Ranges, without } from './code-points.js';
import {
  anything,
  characters,
  choice,
  type Expression,
  oneOf,
  optional,
  repeat,
  rule,
  sequence,
  text,
} from './expression.js';

const DIGIT: Range = [0x30, 0x39];
const digit = characters([DIGIT]);
const digits = (least: number, most: number): Expression => repeat(digit, least, most);
const nonZero = characters([[0x31, 0x39]]);

/** Between parts: nothing, a space, or a new line. */
export const space = rule('$space');
export const anyValue = rule('$value');
export const anyObject = rule('$object');
export const anyString = rule('$string');

/** At most 15 digits, which numbers of 64 bits keep. */
export const whole = sequence(
  optional(text('-')),
  choice(text('0'), sequence(nonZero, digits(0, 14))),
);
export const number = sequence(
  whole,
  optional(sequence(text('.'), digits(1, 15))),
  optional(sequence(oneOf(['e', 'E']), optional(oneOf(['+', '-'])), nonZero, digits(0, 1))),
);

export const quoted = (body: Expression): Expression => sequence(text('"'), body, text('"'));
export const string = (least: number, most: number): Expression =>
  least === 0 && most === Infinity ? anyString : quoted(repeat(anything(true), least, most));
export const member = (key: Expression, value: Expression): Expression =>
  sequence(key, text(':'), space, value);
export const next = (item: Expression): Expression => sequence(text(','), space, item);
export const between = (open: string, body: Expression, close: string): Expression =>
  sequence(text(open), space, body, text(close));

/** So many items, separated, with white space after the last. */
export function list(item: Expression, least: number, most: number): Expression {
  if (most === 0) return text('');
  const some = sequence(item, repeat(next(item), Math.max(least - 1, 0), most - 1), space);
  return least === 0 ? optional(some) : some;
}

export const array = (item: Expression, least = 0, most = Infinity): Expression =>
  between('[', list(item, least, most), ']');

/** The rules that the parts above use. */
export const jsonRules: ReadonlyMap<string, Expression> = new Map([
  [
    '$space',
    choice(text(''), text(' '), sequence(text('\n'), repeat(characters(pointsOf(' \t')), 0, 20))),
  ],
  ['$string', quoted(repeat(anything(true)))],
  ['$object', between('{', list(member(anyString, anyValue), 0, Infinity), '}')],
  [
    '$value',
    choice(anyObject, array(anyValue), anyString, number, oneOf(['true', 'false', 'null'])),
  ],
]);

/** What a JSON string holds as it is. */
const PLAIN: Ranges = without(
  [
    [0x20, 0xd7ff],
    [0xe000, 0x10ffff],
  ],
  pointsOf('"\\'),
);

/** The quoted texts that are none of these. */
export const otherThan = (texts: readonly string[]): Expression => quoted(otherFrom(texts));

/** @param endings what is left of the texts after what was read. */
function otherFrom(endings: readonly string[]): Expression {
  const longer = endings.filter((one) => one !== '');
  const heads = grouped(longer, (one) => String.fromCodePoint(one.codePointAt(0) ?? 0));
  const others = without(PLAIN, pointsOf([...heads.keys()].join('')));
  const branches = [...heads]
    .filter(([head]) => without(pointsOf(head), PLAIN).length === 0)
    .map(([head, group]) =>
      sequence(text(head), otherFrom(group.map((one) => one.slice(head.length)))),
    );
  const ends = longer.length === endings.length ? [text('')] : [];
  return choice(...ends, sequence(characters(others), repeat(characters(PLAIN))), ...branches);
}
