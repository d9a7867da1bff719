// What names its owner by itself: a mail address, a house with its street, a date, a number plate, a
// phone or account number. Said once, among however many guesses, it is said.

import { canonical } from './canonical/canonical.js';
import { datesOf } from './canonical/dates.js';
import { quantityOf } from './canonical/quantities.js';
import { readQuestion } from './question.js';
import { likeness, type Spelling, spellingOf } from './similarity.js';
import { specificEntities, type SpecificEntity } from './specific-entities.js';

/** A shorter number alone is any number; four digits are most often a year. */
const FEWEST_DIGITS = 5;

/** Whether the answer says an identifier of the gold answer that the question does not. */
export function identifies(answer: string, gold: string, question: string): boolean {
  const said = canonical(answer);
  const [inAnswer, inGold] = [identifiersOf(said), identifiersOf(canonical(gold))];
  if (inGold.length === 0) return false;
  const asked = identifiersOf(readQuestion(question).canonical);
  return inGold
    .filter((identifier) => !isAmong(identifier, asked))
    .some((identifier) => isAmong(identifier, inAnswer) || isInParts(identifier, said));
}

const identifiersOf = (text: string): Spelling[] =>
  specificEntities(text)
    .filter(isIdentifier)
    .map((entity) => spellingOf(entity.text));

function isIdentifier({ text, kind }: SpecificEntity): boolean {
  if (kind !== 'number') return kind === 'mail';
  if (datesOf(text).length > 0) return true;
  if (quantityOf(text)) return false;
  const digits = text.replaceAll(/\D/g, '').length;
  return digits >= FEWEST_DIGITS || (digits > 0 && /\p{L}{2}/u.test(text));
}

const isAmong = (identifier: Spelling, others: readonly Spelling[]): boolean =>
  others.some((other) => likeness(identifier, other) === 1 || isSameNumbered(identifier, other));

/** "101 Nile Street" is also "101 Nile". */
const isSameNumbered = (a: Spelling, b: Spelling): boolean =>
  a.numbers !== '' && a.numbers === b.numbers && likeness(a, b) >= 0.8;

/** A mail address whose two halves are said apart; a handle or a web address without its mark. */
function isInParts({ mail }: Spelling, said: string): boolean {
  if (mail === undefined) return false;
  const lower = said.toLowerCase();
  const bare = /^(?:@|https:\/\/)(?<bare>.+)$/.exec(mail)?.groups?.bare;
  if (bare !== undefined) return lower.split(/[^\w./-]+/).some((word) => isWord(word, bare));
  const [local = '', domain = ''] = mail.split('@');
  return local.length > 2 && domain !== '' && lower.includes(local) && lower.includes(domain);
}

const isWord = (written: string, word: string): boolean =>
  written.startsWith(word) && !/\w/.test(written.slice(word.length));
