// An entity as a file tells of it: tidied, checked, and named by its place where it does not fit.

import { isStorable } from '#contracts/text.js';
import type { Entity } from '../entity.js';
import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import {
  MAX_ALIASES,
  MAX_ATTRIBUTES,
  MAX_NAME_CHARACTERS,
  MAX_VALUE_CHARACTERS,
  MAX_VALUES,
} from '../limits.js';
import { tidyText } from '../texts/normal-text.js';

/** Of an entity that no file gives a type. */
const SOME_TYPE = 'entity';

export interface PlacedEntity {
  /** Where it stands, such as `line 3`. */
  readonly place: string;
  readonly entity: Entity;
}

/** What files say in their own ways. */
export interface EntityDraft {
  readonly place: string;
  /** Absent: its type and name. */
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly name: string;
  readonly aliases: readonly string[];
  /** An attribute without values counts as not given. */
  readonly attributes: Iterable<readonly [string, readonly string[]]>;
}

/** @throws KnowledgeBaseError for a part that is blank, too long, or too much. */
export function entityOf(draft: EntityDraft): PlacedEntity {
  const { place } = draft;
  const check = new Check(place);
  const name = check.name('name', draft.name);
  const type = draft.type === undefined ? SOME_TYPE : check.name('type', draft.type);
  const id = draft.id === undefined ? `${type}:${name}` : check.name('id', draft.id);
  const aliases = distinct(draft.aliases.map((alias, i) => check.name(`aliases.${i}`, alias)));
  const others = aliases.filter((alias) => alias !== name);
  check.atMost('aliases', others.length, MAX_ALIASES);
  const attributes = attributesOf(draft, check);
  return { place, entity: { id, type, name, aliases: others, attributes } };
}

/** Spellings of one attribute that differ in white space are one. */
function attributesOf(draft: EntityDraft, check: Check): Map<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const [key, given] of draft.attributes) {
    if (given.length === 0) continue;
    const attribute = check.name('attributes', key);
    const field = `attributes.${attribute}`;
    const said = given.map((value, i) => check.value(`${field}.${i}`, value));
    const values = distinct([...(attributes.get(attribute) ?? []), ...said]);
    check.atMost(field, values.length, MAX_VALUES);
    attributes.set(attribute, values);
  }
  check.atMost('attributes', attributes.size, MAX_ATTRIBUTES);
  return attributes;
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

class Check {
  constructor(private readonly place: string) {}

  name(field: string, text: string): string {
    return this.text(field, text, MAX_NAME_CHARACTERS);
  }

  value(field: string, text: string): string {
    return this.text(field, text, MAX_VALUE_CHARACTERS);
  }

  atMost(field: string, count: number, most: number): void {
    if (count > most) throw this.wrong(field, `expected at most ${most}, got ${count}`);
  }

  private text(field: string, given: string, most: number): string {
    const text = tidyText(given);
    if (text === '') throw this.wrong(field, 'expected a text, got a blank one');
    if (!isStorable(text)) throw this.wrong(field, 'must be well-formed text without NUL');
    if (text.length > most)
      throw this.wrong(field, `expected at most ${most} characters, got ${text.length}`);
    return text;
  }

  private wrong(field: string, expected: string): KnowledgeBaseError {
    return new KnowledgeBaseError(`${this.place}, field "${field}"`, expected);
  }
}
