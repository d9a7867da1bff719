// Whether two answers put other numbers in each other's place: days, years, amounts, addresses.

import { MATCH_SIMILARITY } from '../knowledge.js';
import { canonical } from './canonical/canonical.js';
import { likeness, type Spelling, spellingOf } from './similarity.js';
import { specificEntities } from './specific-entities.js';

/** Both say numbers that the question does not, and none of them is the other's. */
export function sayOtherNumbers(answer: string, gold: string, question: string): boolean {
  const asked = numbersIn(question);
  const [inAnswer, inGold] = [answer, gold].map((text) =>
    numbersIn(text).filter((number) => !isAmong(number, asked)),
  );
  if (!inAnswer?.length || !inGold?.length) return false;
  return !inGold.some((number) => isAmong(number, inAnswer));
}

const numbersIn = (text: string): Spelling[] =>
  specificEntities(canonical(text))
    .filter(({ kind }) => kind !== 'name')
    .map((entity) => spellingOf(entity.text));

const isAmong = (number: Spelling, others: readonly Spelling[]): boolean =>
  others.some((other) => likeness(number, other) >= MATCH_SIMILARITY);
