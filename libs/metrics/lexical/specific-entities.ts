// Entities that spelling gives away: titles in quotes, e-mails, dates, numbers, addresses,
// capitalised names.

import { MAX_ENTITIES } from '../limits.js';
import { QUANTITY } from './canonical/quantities.js';
import { FULL_HOST } from './canonical/web-addresses.js';
import { isFunctionWord, isGeneric, normalWord, words } from './words.js';

const CAPITALISED = "\\p{Lu}[\\p{L}\\p{M}]*(?:['\u2019-]\\p{L}+)*(?<!['\u2019]s)";
/** Small words inside a name: University of Granada, Lope de Vega, Quill & Sons. */
const LINK = '(?: (?:&|of|de|del|della|di|da|la|le|van|von|der|al|el|bin)(?: (?:the|a|an))?)?';
const INITIALS = '(?:\\p{Lu}\\.)+';
const NAME = `(?:${INITIALS}|${CAPITALISED})(?:${LINK} (?:${INITIALS}|${CAPITALISED}))*`;

/**
 * Tried in this order at every position, so that a title stays whole and a house number keeps its
 * street.
 */
const patterns = new RegExp(
  [
    `["\u201c](?<title>[^"\u201c\u201d]{2,80}?)[,.]?["\u201d]`,
    "(?<![\\p{L}\\p{N}])['\u2018](?<single>\\p{Lu}(?:[^'\u2018\u2019]|(?<=\\p{L})['\u2019](?=\\p{L})){2,80}?)[,.]?['\u2019](?![\\p{L}\\p{N}])",
    // No mailbox has a longer name (RFC 5321): without a bound, a long word would be read again from
    // each of its letters.
    // A handle, a web address in canonical form and a host of three names or more are as exact as a
    // mail address.
    `(?<mail>[\\w.+-]{1,64}@[\\w-]+(?:\\.[\\w-]+)+|(?<![\\w.@])@\\w{2,64}|https://[\\w-]+(?:[./-]{1,3}\\w+)*|(?<![\\w.@-])${FULL_HOST}(?![\\w@]))`,
    // Texts come with their dates in this form.
    '(?<date>(?<![\\d/-])(?:\\d{4}-)?\\d{2}-\\d{2}(?![\\d/-])|\\d{4}-\\d{2}(?![\\d-]))',
    // Number plates and the like, then plain numbers, phone numbers in groups, and house numbers
    // with their street.
    '(?<code>\\b\\p{Lu}{1,4}-?\\d+[\\p{Lu}\\d]*(?: \\p{Lu}{2,4}\\b)?)',
    `(?<quantity>(?<![\\p{L}\\p{N}_]|[\\p{N}][.,:/-])${QUANTITY})`,
    `(?<number>(?<![\\p{L}\\p{N}_])[$\u20ac\u00a3+]?\\d+(?:[.,:/ -]\\d+)*%?(?: ${NAME})?)`,
    `(?<name>(?<!\\p{L})${NAME})`,
  ].join('|'),
  'gu',
);

const JOINED = new RegExp(
  `(?<!\\p{L})${NAME}(?: (?:for|in|on|and|to|with|of)(?: the)? ${NAME})+`,
  'gu',
);

/** Names joined by small words, which may be a title that is written without quotes. */
export const joinedNames = (text: string): string[] =>
  [...text.matchAll(JOINED)].slice(0, MAX_ENTITIES).map(([name]) => name);

const SENTENCE_END = /(?<=[.!?:]["'\u201d\u2019)]?\s+)/y;

export type EntityKind = 'number' | 'mail' | 'name';
export interface SpecificEntity {
  readonly text: string;
  readonly kind: EntityKind;
  /** Offset in the text. */
  readonly at: number;
}

const NAME_WORDS = 3;

/** Whether a text is so short that a capital at its start means a name. */
export const isName = (text: string): boolean => words(text).length <= NAME_WORDS;

/**
 * Entities in reading order, as written, at most MAX_ENTITIES.
 * @param fragment the text starts within a sentence, so that its first word's capital means a name.
 */
export function specificEntities(text: string, fragment = false): SpecificEntity[] {
  const found: SpecificEntity[] = [];
  for (const match of text.matchAll(patterns)) {
    const { title, single, mail, date, code, quantity, number, name } = match.groups ?? {};
    const [quoted, counted] = [title ?? single, date ?? code ?? quantity ?? number];
    if (quoted) found.push({ text: quoted, kind: 'name', at: match.index });
    else if (mail) found.push({ text: mail, kind: 'mail', at: match.index });
    else if (counted) found.push({ text: counted, kind: 'number', at: match.index });
    else if (name) found.push(...nameAt(name, match.index, text, fragment));
    if (found.length >= MAX_ENTITIES) break;
  }
  return found;
}

/**
 * A capital that opens a sentence is spelling, not a name: such a word counts only with a second
 * capitalised word behind it.
 */
function nameAt(name: string, at: number, text: string, fragment: boolean): SpecificEntity[] {
  const opens = at === 0 ? !fragment : endsSentence(text, at);
  const parts = name.split(' ');
  const start = parts.findIndex((word) => !isSpelling(word, opens));
  const own = start < 0 ? [] : parts.slice(start);
  if (own.length < (opens ? 2 : 1)) return [];
  return [{ text: own.join(' '), kind: 'name', at: at + name.length - own.join(' ').length }];
}

/** Whether nothing but white space parts an offset from the sentence before it. */
function endsSentence(text: string, at: number): boolean {
  SENTENCE_END.lastIndex = at;
  return SENTENCE_END.test(text);
}

/**
 * "One of her books", "Her", "Books": words that a name's pattern runs into, most of them at the
 * start of a sentence.
 */
function isSpelling(word: string, opens: boolean): boolean {
  return isFunctionWord(word) || (opens && isGeneric(normalWord(word)));
}
