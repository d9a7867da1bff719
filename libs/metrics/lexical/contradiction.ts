// Contradiction by spelling: another name or number in the same slot, an inserted negation, a name
// that is denied, yes against no.

import { MATCH_SIMILARITY } from '../knowledge.js';
import { gaps, type Gap } from './alignment.js';
import { declines } from './declining.js';
import { deniedIn } from './east-asian.js';
import { negates, polarity } from './polarity.js';
import { likeness, type Spelling, spellingOf } from './similarity.js';
import { isName, specificEntities, type SpecificEntity } from './specific-entities.js';
import { normalWord, words } from './words.js';

const NEGATION =
  /^(?:do|does|did|is|was|has|had|are|were|will|can)?\s*(?:not|never)$|^\w+n['\u2019]t$/i;

/**
 * Whether the hypothesis is denied by the premise, as far as spelling shows. Declining to answer
 * denies no fact. It takes both texts to say the same thing up to one slot: where they differ
 * behind a common word, each puts a name (or a number, or a mail) that the other nowhere has.
 */
export function lexicalContradiction(premise: string, hypothesis: string): boolean {
  if (declines(premise) || declines(hypothesis)) return false;
  const said = [polarity(premise), polarity(hypothesis)];
  if (said.includes('yes') && said.includes('no')) return true;
  if (deniesWhatIsSaid(premise, hypothesis) || deniesWhatIsSaid(hypothesis, premise)) return true;
  const isDenied = negates(premise) !== negates(hypothesis);
  const known = { left: speltIn(premise), right: speltIn(hypothesis) };
  return gaps(premise, hypothesis).some(
    (gap) => (isDenied && isNegation(gap)) || isOtherValue(gap, known.left, known.right),
  );
}

function isNegation({ left, right, anchored, closed }: Gap): boolean {
  if (!anchored || !closed) return false;
  if (!left || !right) return NEGATION.test(left || right);
  return isNegatedVerb(left, right) || isNegatedVerb(right, left);
}

/** "doesn't have" in place of "has". */
function isNegatedVerb(negated: string, verb: string): boolean {
  const [not, own] = [negated.slice(0, negated.lastIndexOf(' ')), negated.split(' ').at(-1) ?? ''];
  return NEGATION.test(not) && infinitive(own) === infinitive(verb);
}

const infinitive = (verb: string): string => normalWord(verb.replace(/^(?:has|had)$/i, 'have'));

/** What stands before a name that is denied: "Lyon, not Paris", "she isn't in Paris". */
const DENIAL =
  /(?:\bnot|\bnever|n['\u2019]t) (?:(?:in|at|on|by|to|from|with|for|as|the|a|an) ){0,2}$/i;

const DENIAL_LENGTH = 32;

const deniesWhatIsSaid = (text: string, other: string): boolean =>
  deniesNamed(text, other) || deniesWord(text, other);

/** Whether one text denies a name or number that the other one states, and nowhere states it itself. */
function deniesNamed(text: string, other: string): boolean {
  const denied = namesIn(text, true);
  if (denied.length === 0) return false;
  const [own, others] = [namesIn(text, false), namesIn(other, false)];
  return denied.some((name) => areAlike([name], others) && !areAlike([name], own));
}

/** The same of scripts without capitals. */
function deniesWord(text: string, other: string): boolean {
  const denied = firstWords(deniedIn(text));
  const same = firstWords(deniedIn(other));
  return denied.some(
    (word) => !same.includes(word) && other.includes(word) && text.split(word).length === 2,
  );
}

const firstWords = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => words(text)[0] ?? []);

/** Each name and number that is denied, or is not. */
const namesIn = (text: string, denied: boolean): SpeltEntity[] =>
  specificEntities(text, isName(text))
    .filter(({ at }) => DENIAL.test(text.slice(Math.max(0, at - DENIAL_LENGTH), at)) === denied)
    .map((entity) => spelt(entity.text));

function isOtherValue(
  gap: Gap,
  premise: readonly SpeltEntity[],
  hypothesis: readonly SpeltEntity[],
): boolean {
  if (!gap.anchored) return false;
  const [left, right] = [openingEntity(gap.left), openingEntity(gap.right)];
  if (!left || !right || left.kind !== right.kind) return false;
  const [ofLeft, ofRight] = [readingsOf(left, premise), readingsOf(right, hypothesis)];
  return !areAlike(ofLeft, [...ofRight, ...hypothesis]) && !areAlike(ofRight, premise);
}

interface SpeltEntity {
  readonly text: string;
  readonly spelling: Spelling;
}

const spelt = (text: string): SpeltEntity => ({ text, spelling: spellingOf(text) });

/** Each once. */
const speltIn = (text: string): SpeltEntity[] =>
  [...new Set(specificEntities(text).map((entity) => entity.text))].map(spelt);

/** A value is part of no more names that need be looked at. */
const MOST_NAMES = 4;

/** A value, and the names it is part of: "Papper" in place of "Paper" may be a slip in one of them. */
const readingsOf = ({ text }: SpecificEntity, all: readonly SpeltEntity[]): SpeltEntity[] => [
  spelt(text),
  ...all.filter((entity) => entity.text.includes(text)).slice(0, MOST_NAMES),
];

const areAlike = (some: readonly SpeltEntity[], others: readonly SpeltEntity[]): boolean =>
  some.some((one) =>
    others.some((other) => likeness(one.spelling, other.spelling) >= MATCH_SIMILARITY),
  );

/**
 * The entity a gap opens with, behind at most an article: further in, it need not fill the same
 * slot.
 */
function openingEntity(gap: string): SpecificEntity | undefined {
  const value = gap.replace(/^(?:the |a |an )?["'\u2018\u201c]?/i, '');
  const first = specificEntities(value, true)[0];
  return first && value.slice(0, first.at).trim() === '' ? first : undefined;
}
