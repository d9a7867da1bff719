// What texts look like: an expression over characters, with rules that may use each other.

import { grouped } from '#collections/grouped.js';
import { ANY, type Ranges } from './code-points.js';

export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  /** A control token, which is no text. */
  | { readonly kind: 'token'; readonly content: string }
  /** One character; `quoted`: as the text of a JSON string spells it. */
  | { readonly kind: 'characters'; readonly ranges: Ranges; readonly quoted: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly item: Expression;
      readonly least: number;
      readonly most: number;
    }
  | { readonly kind: 'rule'; readonly name: string };

export interface Grammar {
  readonly root: Expression;
  readonly rules: ReadonlyMap<string, Expression>;
}

export const text = (spelt: string): Expression => ({ kind: 'text', text: spelt });
export const token = (content: string): Expression => ({ kind: 'token', content });
export const rule = (name: string): Expression => ({ kind: 'rule', name });

export const characters = (ranges: Ranges, quoted = false): Expression => ({
  kind: 'characters',
  ranges,
  quoted,
});
export const anything = (quoted = false): Expression => characters(ANY, quoted);

export const sequence = (...items: readonly Expression[]): Expression => ({
  kind: 'sequence',
  items,
});
export const choice = (...items: readonly Expression[]): Expression => ({ kind: 'choice', items });

export const repeat = (item: Expression, least = 0, most = Infinity): Expression => ({
  kind: 'repeat',
  item,
  least,
  most,
});
export const optional = (item: Expression): Expression => repeat(item, 0, 1);

/** One of many texts, what they begin with alike spelt once: no text is tried beside all others. */
export function oneOf(texts: readonly string[]): Expression {
  return branch([...new Set(texts)].toSorted(), 0);
}

/** @param texts sorted; the same up to `from`. */
function branch(texts: readonly string[], from: number): Expression {
  const [shortest = '', ...others] = texts;
  if (others.length === 0) return text(shortest.slice(from));
  const furthest = others.at(-1) ?? '';
  let shared = from;
  while (shared < shortest.length && shortest[shared] === furthest[shared]) shared++;
  // A pair of surrogates is one character.
  if (/[\ud800-\udbff]/.test(shortest[shared - 1] ?? '')) shared--;
  const next = (one: string): string => String.fromCodePoint(one.codePointAt(shared) ?? 0);
  const groups = grouped(shortest.length === shared ? others : texts, next);
  const branches = [...groups.values()].map((group) => branch(group, shared));
  const ends = shortest.length === shared ? [text('')] : [];
  return sequence(text(shortest.slice(from, shared)), choice(...ends, ...branches));
}
