// Regular expressions: what those of Python, Rust and JavaScript have in common.

import { ANY, pointsOf, type Range, type Ranges, union, without } from './code-points.js';
import { Cursor } from './cursor.js';
import { characters, choice, type Expression, repeat, sequence } from './expression.js';

const DIGITS: Ranges = [[0x30, 0x39]];
const WORD = union([...DIGITS, [0x41, 0x5a], [0x61, 0x7a], [0x5f, 0x5f]]);
const SPACE = pointsOf(' \t\n\r\f\v');
const CLASSES: Readonly<Record<string, Ranges>> = {
  d: DIGITS,
  w: WORD,
  s: SPACE,
  D: without(ANY, DIGITS),
  W: without(ANY, WORD),
  S: without(ANY, SPACE),
};
const NO_LINE_END = without(ANY, pointsOf('\n\r'));

interface RegexOptions {
  /** Whether it is the text of a JSON string. Absent: false. */
  readonly quoted?: boolean;
  /** Whether it may match a part alone, as a JSON schema's does. Absent: false. */
  readonly isPart?: boolean;
}

/**
 * @throws FormError where it is not well written, or looks around, back or for the borders of
 * words.
 */
export function regex(source: string, { quoted = false, isPart = false }: RegexOptions = {}) {
  return new RegexParser(source, quoted, isPart).parse();
}

class RegexParser {
  private readonly cursor: Cursor;

  constructor(
    source: string,
    private readonly quoted: boolean,
    private readonly isPart: boolean,
  ) {
    this.cursor = new Cursor(source, 'the regular expression');
  }

  parse(): Expression {
    const { cursor } = this;
    const around = repeat(characters(ANY, this.quoted));
    const branches = cursor.alternatives(() => {
      const begins = cursor.skip('^') || !this.isPart;
      const body = this.sequence();
      const ends = cursor.skip('$') || !this.isPart;
      return sequence(...(begins ? [] : [around]), body, ...(ends ? [] : [around]));
    });
    if (!cursor.isAtEnd) throw cursor.wrong('expected it to end');
    return choice(...branches);
  }

  private choice(): Expression {
    return choice(...this.cursor.alternatives(() => this.sequence()));
  }

  private sequence(): Expression {
    const items: Expression[] = [];
    while (!this.cursor.isAtEnd && !['|', ')', '$'].includes(this.cursor.next))
      items.push(this.repeated(this.atom()));
    return sequence(...items);
  }

  private repeated(atom: Expression): Expression {
    const { cursor } = this;
    const counts = cursor.quantifier();
    if (!counts) return atom;
    // That it takes little rather than much changes nothing of what matches as a whole.
    cursor.skip('?');
    if (['*', '+', '?', '{'].includes(cursor.next)) throw cursor.wrong('it is repeated twice');
    return repeat(atom, ...counts);
  }

  private atom(): Expression {
    const { cursor } = this;
    if (cursor.skip('(')) return this.group();
    if (cursor.skip('[')) return this.points(this.set());
    if (cursor.skip('.')) return this.points(NO_LINE_END);
    if (cursor.skip('\\')) return this.points(this.escape());
    if (['*', '+', '?', '{', '^', '$'].includes(cursor.next))
      throw cursor.wrong(
        `${cursor.next} is not expected here: write \\${cursor.next} for the character`,
      );
    return this.points(pointsOf(cursor.take()));
  }

  private points(ranges: Ranges): Expression {
    return characters(ranges, this.quoted);
  }

  private group(): Expression {
    const { cursor } = this;
    if (cursor.skip('?')) {
      const isNamed = cursor.skip('P<') || (cursor.startsWith('<') && !/^<[=!]/.test(this.ahead()));
      if (isNamed) {
        cursor.skip('<');
        cursor.while((character) => /\w/.test(character));
        cursor.expect('>');
      } else if (!cursor.skip(':')) throw cursor.wrong('looking around is not supported');
    }
    const body = this.choice();
    cursor.expect(')');
    return body;
  }

  private ahead(): string {
    const { at } = this.cursor;
    const two = this.cursor.take() + this.cursor.next;
    this.cursor.at = at;
    return two;
  }

  private escape(): Ranges {
    const known = CLASSES[this.cursor.next];
    if (!known) return at(this.cursor.escape());
    this.cursor.take();
    return known;
  }

  private set(): Ranges {
    const { cursor } = this;
    const isOther = cursor.skip('^');
    const parts: Range[] = [];
    for (let isFirst = true; isFirst || cursor.next !== ']'; isFirst = false) {
      const low = this.member();
      const isRange = cursor.next === '-' && !cursor.startsWith('-]') && isOne(low);
      if (!isRange) {
        parts.push(...low);
        continue;
      }
      cursor.take();
      const [from = 0, to = 0] = [low[0]?.[0], this.member()[0]?.[0]];
      if (from > to) throw cursor.wrong('the range is empty');
      parts.push([from, to]);
    }
    cursor.expect(']');
    const ranges = union(parts);
    return isOther ? without(ANY, ranges) : without(ANY, without(ANY, ranges));
  }

  private member(): Ranges {
    return this.cursor.skip('\\') ? this.escape() : pointsOf(this.cursor.take());
  }
}

const at = (code: number): Ranges => [[code, code]];
const isOne = ([first, ...more]: Ranges): boolean => more.length === 0 && first?.[0] === first?.[1];
