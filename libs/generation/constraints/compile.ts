// Compiles what a request says of its answer's form, within bounds: a form comes from a client.

import { createHash } from 'node:crypto';
import { FormError } from '../errors/form.error.js';
import { ebnf } from './ebnf.js';
import { type Expression, type Grammar, oneOf, sequence, text } from './expression.js';
import type { Form } from './form.js';
import { jsonSchema } from './json-schema.js';
import { anyObject, jsonRules } from './json.js';
import { networkOf } from './network.js';
import { regex } from './regex.js';

/** What an answer looks like. */
export type FormSource =
  | { readonly kind: 'object' }
  | { readonly kind: 'schema'; readonly schema: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly texts: readonly string[] }
  | { readonly kind: 'grammar'; readonly grammar: string };

export interface AnswerStart {
  /** What a chat template puts before an answer. */
  readonly lead: string;
  /** Whether a space at the very beginning is no part of the text, as in SentencePiece's. */
  readonly dropsSpace: boolean;
}

/** Characters of a form as it is written. */
const MAX_LENGTH = 2 ** 18;

/** @throws FormError for what is not well written, or too large. */
export function grammarOf(source: FormSource): Grammar {
  const { length } = JSON.stringify(source);
  if (length > MAX_LENGTH)
    throw new FormError(`it has ${length} characters: expected at most ${MAX_LENGTH}`);
  switch (source.kind) {
    case 'object':
      return { root: anyObject, rules: jsonRules };
    case 'schema':
      return jsonSchema(parsed(source.schema));
    case 'regex':
      return { root: regex(source.pattern), rules: new Map() };
    case 'choice':
      return { root: oneOf(source.texts), rules: new Map() };
    case 'grammar':
      return ebnf(source.grammar);
  }
}

/** @throws as grammarOf */
export function compile(source: FormSource, start: AnswerStart): Form {
  return formOf(() => grammarOf(source), [source], start);
}

/** @param parts what tells the grammar from others. */
export function formOf(
  read: () => Grammar,
  parts: readonly unknown[],
  { lead, dropsSpace }: AnswerStart,
): Form {
  const before = dropsSpace && lead.startsWith(' ') ? lead.slice(1) : lead;
  const key = createHash('sha256').update(JSON.stringify([...parts, before, dropsSpace]));
  return { key: key.digest('base64'), network: bounded(read, before), dropsSpace };
}

function bounded(read: () => Grammar, lead: string): Form['network'] {
  try {
    const { root, rules } = read();
    return networkOf({ root: after(lead, root), rules });
  } catch (error) {
    // The parsers go into what is in each other as deep as the stack of calls.
    if (error instanceof RangeError) throw new FormError('it is too deep');
    if (error instanceof URIError) throw new FormError('the schema: $ref: expected a URI');
    throw error;
  }
}

const after = (lead: string, root: Expression): Expression =>
  lead === '' ? root : sequence(text(lead), root);

function parsed(schema: string): unknown {
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    throw new FormError('the schema: expected JSON');
  }
}
