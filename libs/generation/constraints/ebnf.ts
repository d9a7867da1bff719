// Grammars as llama.cpp (GBNF) and XGrammar write them: rules `name ::= ...`, of which `root` is the
// text.

import { FormError } from '../errors/form.error.js';
import { ANY, type Range, union, without } from './code-points.js';
import { Cursor } from './cursor.js';
import {
  anything,
  characters,
  choice,
  type Expression,
  type Grammar,
  repeat,
  rule,
  sequence,
  text,
} from './expression.js';

const NAME = /[A-Za-z0-9_-]/;

/** @throws FormError where it is not well written, or names a rule that is not there. */
export function ebnf(source: string): Grammar {
  const rules = new EbnfParser(source).parse();
  const root = rules.get('root');
  if (!root) throw new FormError('the grammar: expected a rule named root');
  return { root: rule('root'), rules };
}

class EbnfParser {
  private readonly cursor: Cursor;
  private readonly rules = new Map<string, Expression>();

  constructor(source: string) {
    this.cursor = new Cursor(source, 'the grammar');
  }

  parse(): Map<string, Expression> {
    const { cursor, rules } = this;
    for (this.space(); !cursor.isAtEnd; this.space()) {
      const name = this.ruleName();
      if (name === undefined) throw cursor.wrong('expected a rule: name ::= what it spells');
      if (rules.has(name)) throw cursor.wrong(`there is another rule ${name}`);
      rules.set(name, this.choice());
    }
    return rules;
  }

  /** White space and comments. */
  private space(): void {
    const { cursor } = this;
    do cursor.while((character) => /\s/.test(character));
    while (cursor.next === '#' && cursor.while((character) => character !== '\n') !== '');
  }

  /** Of a rule that begins here; undefined, with nothing read, where none does. */
  private ruleName(): string | undefined {
    const { cursor } = this;
    const start = cursor.at;
    const name = cursor.while((character) => NAME.test(character));
    this.space();
    if (name !== '' && cursor.skip('::=')) return name;
    cursor.at = start;
    return undefined;
  }

  private choice(): Expression {
    return choice(...this.cursor.alternatives(() => this.sequence()));
  }

  private sequence(): Expression {
    const items: Expression[] = [];
    for (this.space(); !this.isOver(); this.space()) items.push(this.repeated(this.atom()));
    return sequence(...items);
  }

  private isOver(): boolean {
    const { cursor } = this;
    if (cursor.isAtEnd || cursor.next === '|' || cursor.next === ')') return true;
    const start = cursor.at;
    const begins = this.ruleName() !== undefined;
    cursor.at = start;
    return begins;
  }

  private repeated(atom: Expression): Expression {
    const { cursor } = this;
    let repeated = atom;
    for (let counts = cursor.quantifier(); counts; counts = cursor.quantifier())
      repeated = repeat(repeated, ...counts);
    if (cursor.next === '(' && cursor.startsWith('(=')) throw cursor.wrong('(= is not supported');
    return repeated;
  }

  private atom(): Expression {
    const { cursor } = this;
    if (cursor.skip('"')) return this.literal();
    if (cursor.skip('[')) return this.set();
    if (cursor.skip('.')) return anything();
    if (cursor.skip('(')) {
      const body = this.choice();
      cursor.expect(')');
      return body;
    }
    const name = cursor.while((character) => NAME.test(character));
    if (name === '') throw cursor.wrong(`${JSON.stringify(cursor.next)} is not expected here`);
    return rule(name);
  }

  private literal(): Expression {
    let spelt = '';
    while (!this.cursor.skip('"')) spelt += String.fromCodePoint(this.character());
    return text(spelt);
  }

  private set(): Expression {
    const { cursor } = this;
    const isOther = cursor.skip('^');
    const parts: Range[] = [];
    while (!cursor.skip(']')) {
      const from = this.character();
      const isRange = cursor.next === '-' && !cursor.startsWith('-]') && cursor.skip('-');
      const to = isRange ? this.character() : from;
      if (from > to) throw cursor.wrong('the range is empty');
      parts.push([from, to]);
    }
    const ranges = union(parts);
    return characters(isOther ? without(ANY, ranges) : ranges);
  }

  private character(): number {
    const { cursor } = this;
    return cursor.skip('\\') ? cursor.escape() : (cursor.take().codePointAt(0) ?? 0);
  }
}
