// Contradiction by spelling: another name or number in the same slot, an inserted negation, yes
// against no.

import { MATCH_SIMILARITY } from '../knowledge.js';
import { gaps, type Gap } from './alignment.js';
import { declines } from './declining.js';
import { negates, polarity } from './polarity.js';
import { likeness, type Spelling, spellingOf } from './similarity.js';
import { specificEntities, type SpecificEntity } from './specific-entities.js';

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
  const isDenied = negates(premise) !== negates(hypothesis);
  const known = { left: speltIn(premise), right: speltIn(hypothesis) };
  return gaps(premise, hypothesis).some(
    (gap) => (isDenied && isNegation(gap)) || isOtherValue(gap, known.left, known.right),
  );
}

function isNegation({ left, right, anchored, closed }: Gap): boolean {
  if (!anchored || !closed || (left && right)) return false;
  return NEGATION.test(left || right);
}

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
