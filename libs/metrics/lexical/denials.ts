// What a text denies: a name ("Lyon, not Paris"), an act ("he did not resign"), a word of a script without
// capitals.

import { deniedIn } from './east-asian.js';
import { isName, specificEntities } from './specific-entities.js';
import { areAlike, spelt, type SpeltEntity } from './spelt-entities.js';
import { isFunctionWord, normalWord, words } from './words.js';

/** Whether a text denies what the other one states, and nowhere states it itself. */
export const deniesWhatIsSaid = (text: string, other: string): boolean =>
  deniesNamed(text, other) || deniesAct(text, other) || deniesWord(text, other);

const NOT = "(?:\\bnot|\\bnever|n['\u2019]t)";
const PLACED = '(?:in|at|on|by|to|from|with|for|as|the|a|an)';
/** What stands before a name that is denied: "not Paris", "isn't in Paris", "has never worked for". */
const DENIAL = new RegExp(`${NOT} (?:(?:been )?\\w{1,16}ed )?(?:${PLACED} ){0,2}$`, 'i');
const DENIAL_LENGTH = 48;

function deniesNamed(text: string, other: string): boolean {
  const denied = namesIn(text, true);
  if (denied.length === 0) return false;
  const [own, others] = [namesIn(text, false), namesIn(other, false)];
  return denied.some((name) => areAlike([name], others) && !areAlike([name], own));
}

/** Each name and number that is denied, or is not. */
const namesIn = (text: string, denied: boolean): SpeltEntity[] =>
  specificEntities(text, isName(text))
    .filter(({ at }) => DENIAL.test(text.slice(Math.max(0, at - DENIAL_LENGTH), at)) === denied)
    .map((entity) => spelt(entity.text));

/** "not only" and its kind deny nothing. */
const DENIED = new RegExp(
  `${NOT} (?:been |an? |the )?(?!(?:only|just|merely|simply|solely|limited)\\b)(?<act>\\p{L}{4,24})(?<rest>[^.,;:!?]{0,80})`,
  'giu',
);

/** In such a clause it is no statement: "when she is not writing". */
const CONDITION = /\b(?:when|while|if|unless|until|whether|because|although|though)\b[^.,;:!?]*$/i;

interface Act {
  /** Normal form. */
  readonly word: string;
  /** The first word of content behind it in the same clause. */
  readonly object: string | undefined;
}

/** Whether a text denies an act of the other, and of the same thing: "not treated for gout" is another. */
function deniesAct(text: string, other: string): boolean {
  const denied = actsDenied(text);
  if (denied.length === 0) return false;
  const [own, others] = [allWords(text), allWords(other)];
  const toOther = actsDenied(other);
  return denied.some(
    ({ word, object }) =>
      others.includes(word) &&
      !toOther.some((act) => act.word === word) &&
      own.indexOf(word) === own.lastIndexOf(word) &&
      (object === undefined || (toOther.length === 0 && others.includes(object))),
  );
}

const CLAUSE_LENGTH = 80;

const allWords = (text: string): string[] => words(text).map(normalWord);

const actsDenied = (text: string): Act[] =>
  [...text.matchAll(DENIED)]
    .filter(({ index }) => !CONDITION.test(text.slice(Math.max(0, index - CLAUSE_LENGTH), index)))
    .map(({ groups: { act = '', rest = '' } = {} }) => ({
      word: normalWord(act),
      object: words(rest)
        .filter((word) => !isFunctionWord(word))
        .map(normalWord)[0],
    }));

function deniesWord(text: string, other: string): boolean {
  const denied = firstWords(deniedIn(text));
  const same = firstWords(deniedIn(other));
  return denied.some(
    (word) => !same.includes(word) && other.includes(word) && text.split(word).length === 2,
  );
}

const firstWords = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => words(text)[0] ?? []);
