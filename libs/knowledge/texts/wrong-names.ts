// Names that a text says in the place of an entity's own: those of others, and its own miswritten.

import { isOneEdit } from '#collections/one-edit.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { isUnspaced, normalText } from './normal-text.js';
import { partsOf, type PlacedPart, placedParts } from './parts.js';
import { Phrases, saysWhole } from './phrases.js';
import { isForm } from './word-forms.js';

/** Of a word, and of a name without spaces: what is shorter is like too much else. */
const [SHORTEST_WORD, SHORTEST_NAME] = [5, 4];

export class WrongNames {
  private readonly names: Phrases;
  /** Words of names, and how many entities have each. */
  private readonly owners = new Map<string, number>();

  constructor({ entities }: KnowledgeBase) {
    const names = entities.map(({ name, aliases }) => [name, ...aliases].map(normalText));
    // A single character is part of any word in scripts without spaces.
    this.names = new Phrases(names.flat().filter((name) => [...name].length > 1));
    for (const word of names.flatMap((own) => [...new Set(own.flatMap(partsOf))]))
      this.owners.set(word, (this.owners.get(word) ?? 0) + 1);
  }

  /**
   * In normal form, each once.
   * @param sources in normal form: what they say is not wrong.
   * @param own names of the entity that the text is about.
   */
  in(text: string, sources: string, own: readonly string[]): string[] {
    const names = own.map(normalText);
    const others = this.names
      .in(text)
      .flatMap(({ phrase }) => (saysWhole(sources, phrase) ? [] : [phrase]));
    const said = placedParts(normalText(text));
    const miswritten = [...this.slips(said, names), ...shapes(said, names)];
    const wrong = miswritten.filter((one) => !saysWhole(sources, one));
    return [...new Set([...others, ...wrong])];
  }

  /** Of a word that other names have, too, another word may be as good. */
  private slips(said: readonly PlacedPart[], names: readonly string[]): string[] {
    const own = names.flatMap(partsOf).filter((word) => this.owners.get(word) === 1);
    return said
      .map(({ text }) => text)
      .filter((word) => !this.owners.has(word) && own.some((name) => isMiswritten(name, word)));
  }
}

/** "Sulvanor" for Sulvanol; "tablets" is a form of tablet, and "never" no slip of fever. */
const isMiswritten = (name: string, word: string): boolean =>
  Math.min(name.length, word.length) >= SHORTEST_WORD &&
  name.charAt(0) === word.charAt(0) &&
  isOneEdit(name, word) &&
  !isForm(word, name);

/**
 * What is as long as a name without spaces and differs from it in one character within: at an end it may be
 * the name in short beside another word.
 */
function shapes(said: readonly PlacedPart[], names: readonly string[]): string[] {
  const unspaced = names.map((name) => [...name]).filter(isWithoutSpaces);
  return unspaced.flatMap((name) =>
    said.flatMap((_, at) => {
      const shape = inOneRun(said.slice(at, at + name.length));
      return shape.length === name.length && differsWithin(shape, name) ? [shape.join('')] : [];
    }),
  );
}

const isWithoutSpaces = (name: readonly string[]): boolean =>
  name.length >= SHORTEST_NAME && name.every(isUnspaced);

/** The first parts, up to where anything is between two of them. */
function inOneRun(parts: readonly PlacedPart[]): string[] {
  const end = parts.findIndex(({ start }, i) => i > 0 && start !== parts[i - 1]?.end);
  return parts.slice(0, end < 0 ? parts.length : end).map(({ text }) => text);
}

function differsWithin(shape: readonly string[], name: readonly string[]): boolean {
  const [at, ...more] = name.flatMap((character, i) => (character === shape[i] ? [] : [i]));
  return at !== undefined && more.length === 0 && at > 0 && at < name.length - 1;
}
