// Contradiction by spelling: another name or number in the same slot, an inserted negation, a name
// that is denied, two facts with each other's owner, yes against no.

import { gaps, type Gap } from './alignment.js';
import { crosses } from './crossing.js';
import { declines } from './declining.js';
import { deniesWhatIsSaid } from './denials.js';
import { negates, polarity } from './polarity.js';
import { specificEntities, type SpecificEntity } from './specific-entities.js';
import { areAlike, spelt, type SpeltEntity } from './spelt-entities.js';
import { normalWord } from './words.js';

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
  if (crosses(premise, hypothesis)) return true;
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

function isOtherValue(
  gap: Gap,
  premise: readonly SpeltEntity[],
  hypothesis: readonly SpeltEntity[],
): boolean {
  if (!gap.anchored) return false;
  const [left, right] = [openingEntity(gap.left, !gap.opens), openingEntity(gap.right, !gap.opens)];
  if (!left || !right || left.kind !== right.kind) return false;
  const [ofLeft, ofRight] = [readingsOf(left, premise), readingsOf(right, hypothesis)];
  return !areAlike(ofLeft, [...ofRight, ...hypothesis]) && !areAlike(ofRight, premise);
}

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

/**
 * The entity a gap opens with, behind at most an article: further in, it need not fill the same
 * slot.
 */
function openingEntity(gap: string, fragment: boolean): SpecificEntity | undefined {
  const value = gap.replace(/^(?:the |a |an )?["'\u2018\u201c]?/i, '');
  const first = specificEntities(value, fragment)[0];
  return first && value.slice(0, first.at).trim() === '' ? first : undefined;
}
