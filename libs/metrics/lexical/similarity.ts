// How alike two entities are by their letters: an approximation of an embedding's cosine.

import { zip } from '#collections/zip.js';
import { datesOf } from './canonical/dates.js';
import { areEqual, type Quantity, quantityOf } from './canonical/quantities.js';
import { FULL_HOST } from './canonical/web-addresses.js';
import { isDemonym } from './demonyms.js';
import { isMisspelt } from './misspelling.js';
import { isNickname } from './nicknames.js';
import { isKind, normalWord, normalWords, words as allWords } from './words.js';

/** What of an entity is compared, so that it is read once however many it is compared with. */
export interface Spelling {
  /** The whole of an e-mail or web address, of a handle or a host; undefined for all else. */
  readonly mail: string | undefined;
  /** The days that it may be, where it is a date and nothing else. */
  readonly dates: readonly string[];
  /** Where it is a number with its unit, which is then none of its words. */
  readonly quantity: Quantity | undefined;
  /** Whether it is written as a name. */
  readonly named: boolean;
  /** Normal forms. */
  readonly words: ReadonlySet<string>;
  /** Words with digits, in their order; empty where there are none. */
  readonly numbers: string;
  /** How often each three letters in a row occur, and the length of that vector. */
  readonly trigrams: ReadonlyMap<string, number>;
  readonly norm: number;
}

const EXACT = new RegExp(`@|://|^${FULL_HOST}$`);

export function spellingOf(entity: string): Spelling {
  const quantity = quantityOf(entity);
  const text = quantity?.number ?? entity;
  const significant = normalWords(text);
  const words = (significant.length > 0 ? significant : allWords(text).map(normalWord)).map(
    withoutZero,
  );
  const trigrams = trigramsOf(words);
  return {
    mail: EXACT.test(entity) ? entity.toLowerCase() : undefined,
    dates: datesOf(entity),
    quantity,
    named: /^\p{Lu}/u.test(entity),
    words: new Set(words),
    numbers: words.filter(isNumber).join(),
    trigrams,
    norm: Math.sqrt([...trigrams.values()].reduce((sum, count) => sum + count * count, 0)),
  };
}

/**
 * Similarity 0 to 1, symmetric: the larger of word overlap (Dice) and character trigram cosine,
 * over normal forms; 1 for the same name misspelt. Entities whose digits differ, and different e-mail
 * addresses, are different things however alike they look: 0.
 */
export function likeness(a: Spelling, b: Spelling): number {
  if (a.mail !== undefined || b.mail !== undefined) return a.mail === b.mail ? 1 : 0;
  if (a.words.size === 0 || b.words.size === 0) return 0;
  if (a.dates.length > 0 && b.dates.length > 0) return onOneDay(a.dates, b.dates) ? 1 : 0;
  if (a.quantity && b.quantity) return areEqual(a.quantity, b.quantity) ? 1 : 0;
  if (a.numbers && b.numbers && a.numbers !== b.numbers)
    return isOneNumber(a.numbers, b.numbers) ? 1 : 0;
  if (isAcronym(a, b) || isAcronym(b, a)) return 1;
  if (isMisspelt(a.words, b.words) || isDerived(a, b)) return 1;
  if (isPartOfName(a, b) || isPartOfName(b, a) || isInShort(a, b)) return 1;
  return Math.max(dice(a.words, b.words), cosine(a, b));
}

const ACRONYM = 3;

/** "MIT" is "Massachusetts Institute of Technology". */
function isAcronym(short: Spelling, long: Spelling): boolean {
  if (!short.named || !long.named || short.words.size !== 1 || long.words.size < ACRONYM)
    return false;
  const [letters = ''] = short.words;
  return letters === [...long.words].map((word) => word.charAt(0)).join('');
}

const SURNAME = 4;

/**
 * "Katzenbach", "M. Katzenbach" and "Miriam" are "Miriam Katzenbach"; "Hospital" is no "Mercy
 * Hospital".
 */
function isPartOfName(short: Spelling, long: Spelling): boolean {
  if (!short.named || !long.named || long.words.size < 2 || short.numbers || long.numbers)
    return false;
  const [name, ...more] = [...short.words].filter((word) => word.length > 1);
  if (name === undefined || more.length > 0 || name.length < SURNAME || isKind(name)) return false;
  const [first, ...others] = long.words;
  if (others.at(-1) === name) return startsAlike(short, long);
  return first === name && short.words.size === 1 && others.length === 1 && !others.some(isKind);
}

/** Whether the first name's initial, where there is one, is the other's. */
function startsAlike(short: Spelling, long: Spelling): boolean {
  const [initial = ''] = short.words;
  return initial.length > 1 || ([...long.words][0] ?? '').startsWith(initial);
}

/** "Bill Tarrow" is "William Tarrow". */
function isInShort(a: Spelling, b: Spelling): boolean {
  if (!a.named || !b.named || a.words.size !== b.words.size) return false;
  const [first, ...rest] = zip([...a.words], [...b.words]);
  return (
    first !== undefined &&
    rest.length > 0 &&
    isNickname(...first) &&
    rest.every(([left, right]) => left === right)
  );
}

const STEM = 6;
const SHARE = 0.7;

/**
 * "epileptic" and "epilepsy", "Marine Biologist" and "Marine Biology": word by word the same, or sharing
 * most of their letters. Of a name the first word is the same, or it is a place and its people.
 */
function isDerived(a: Spelling, b: Spelling): boolean {
  if (a.words.size !== b.words.size || a.numbers || b.numbers) return false;
  const pairs = zip([...a.words], [...b.words]);
  if (!a.named && !b.named) return pairs.every(([left, right]) => isOneStem(left, right));
  const [first, ...rest] = pairs;
  if (!first || rest.length === 0) return first !== undefined && isDemonym(...first);
  return (
    first[0] === first[1] &&
    rest.every(([left, right]) => isOneStem(left, right) || isDemonym(left, right))
  );
}

function isOneStem(left: string, right: string): boolean {
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared += 1;
  return left === right || shared >= Math.max(STEM, SHARE * Math.max(left.length, right.length));
}

/** A date without a year is any year's. */
const onOneDay = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.some((other) => one.endsWith(other) || other.endsWith(one)));

/** Whether two phone numbers or the like differ by a prefix alone: a country's code, or a 0. */
function isOneNumber(a: string, b: string): boolean {
  const [short = '', long = ''] = [a, b]
    .map((number) => number.replace(/^0+/, ''))
    .toSorted((x, y) => x.length - y.length);
  if (/^\d{7,}$/.test(short) && long.length - short.length <= 3 && long.endsWith(short))
    return true;
  return isOneTime(a, b) || ungrouped(a) === ungrouped(b);
}

/** 2.450 is 2450 in half of the world. */
const ungrouped = (numbers: string): string =>
  /^\d{1,3},\d{3}$/.test(numbers) ? numbers.replace(',', '') : numbers;

/** A clock of twelve hours does not say which half of the day it is. */
function isOneTime(a: string, b: string): boolean {
  const [hours, others] = [a, b].map((time) => /^(\d{1,2}),(\d{2})$/.exec(time));
  if (!hours || !others || hours[2] !== others[2]) return false;
  return Number(hours[1]) % 12 === Number(others[1]) % 12;
}

/** 07:45 is 7:45. */
const withoutZero = (number: string): string => (/^0\d$/.test(number) ? number.slice(1) : number);

const isNumber = (word: string): boolean => /\d/.test(word);

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}

function trigramsOf(parts: readonly string[]): Map<string, number> {
  const text = ` ${parts.join(' ')} `;
  const counts = new Map<string, number>();
  for (let i = 0; i + 3 <= text.length; i++)
    counts.set(text.slice(i, i + 3), (counts.get(text.slice(i, i + 3)) ?? 0) + 1);
  return counts;
}

function cosine(a: Spelling, b: Spelling): number {
  let dot = 0;
  for (const [gram, count] of a.trigrams) dot += count * (b.trigrams.get(gram) ?? 0);
  return dot === 0 ? 0 : dot / (a.norm * b.norm);
}
