// Reads a text character by character, for the parsers of patterns and grammars.

import { FormError } from '../errors/form.error.js';
import type { Range } from './code-points.js';

const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  0: '\0',
  a: '\x07',
};
/** Repetitions beyond it take too many states in any case. */
const MOST = 100_000;

export class Cursor {
  at = 0;
  private readonly characters: readonly string[];

  /** @param what is read, as errors name it. */
  constructor(
    source: string,
    private readonly what: string,
  ) {
    this.characters = [...source];
  }

  /** '' at the end. */
  get next(): string {
    return this.characters[this.at] ?? '';
  }

  get isAtEnd(): boolean {
    return this.at >= this.characters.length;
  }

  startsWith(text: string): boolean {
    return [...text].every((character, i) => this.characters[this.at + i] === character);
  }

  /** Passes a text, if it is next. */
  skip(text: string): boolean {
    const isNext = this.startsWith(text);
    if (isNext) this.at += [...text].length;
    return isNext;
  }

  take(): string {
    if (this.isAtEnd) throw this.wrong('it ends too early');
    return this.characters[this.at++] ?? '';
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.wrong(`expected ${text}`);
  }

  while(isPart: (character: string) => boolean): string {
    const start = this.at;
    while (!this.isAtEnd && isPart(this.next)) this.at++;
    return this.characters.slice(start, this.at).join('');
  }

  /** The character after a backslash, as a code point. Letters without a meaning are refused. */
  escape(): number {
    const character = this.take();
    const digits = HEX[character];
    if (digits !== undefined) return this.hex(digits);
    if (/[A-Za-z1-9]/.test(character) && !(character in CONTROLS)) {
      this.at--;
      throw this.wrong(`\\${character} is not supported`);
    }
    return (CONTROLS[character] ?? character).codePointAt(0) ?? 0;
  }

  /** How often: *, +, ?, {least,most} or {count}. @returns nothing, with nothing read, for another. */
  quantifier(): Range | undefined {
    if (this.skip('*')) return [0, Infinity];
    if (this.skip('+')) return [1, Infinity];
    if (this.skip('?')) return [0, 1];
    return this.skip('{') ? this.counts() : undefined;
  }

  /** Parts with a bar between each two, at least one. */
  alternatives<T>(part: () => T): T[] {
    const parts = [part()];
    while (this.skip('|')) parts.push(part());
    return parts;
  }

  wrong(problem: string): FormError {
    return new FormError(`${this.what}, character ${this.at + 1}: ${problem}`);
  }

  /** Its opening brace has been read. */
  private counts(): Range {
    const least = this.number() ?? 0;
    const most = this.skip(',') ? (this.number() ?? Infinity) : least;
    this.expect('}');
    if (least > most || least > MOST || (most !== Infinity && most > MOST))
      throw this.wrong(`expected two counts in order, at most ${MOST}`);
    return [least, most];
  }

  private number(): number | undefined {
    const digits = this.while((character) => /[0-9]/.test(character));
    return digits === '' ? undefined : Number(digits);
  }

  private hex(length: number): number {
    const isBraced = this.skip('{');
    const digits = isBraced
      ? this.while((character) => /[0-9A-Fa-f]/.test(character))
      : Array.from({ length }, () => this.take()).join('');
    if (isBraced) this.expect('}');
    const code = /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Infinity;
    if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return code;
    throw this.wrong('expected the number of a character, in hex');
  }
}
