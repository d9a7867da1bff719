// The judge that needs no model: entities, likeness and contradiction from spelling alone. An
// approximation, named so in every report.

import type { Judge } from '../judge.js';
import { beginning, MAX_ENTITY } from '../limits.js';
import { canonical } from './canonical/canonical.js';
import { yearOf } from './canonical/dates.js';
import { quantityOf } from './canonical/quantities.js';
import { chosen } from './choices.js';
import { contentWords, uncapitalisedNames, withoutComment } from './content-words.js';
import { lexicalContradiction } from './contradiction.js';
import { statements } from './declining.js';
import { identifies } from './identifiers.js';
import { polarityOf } from './polarity.js';
import { type Question, readQuestion } from './question.js';
import { likeness, spellingOf } from './similarity.js';
import { isName, joinedNames, specificEntities, type SpecificEntity } from './specific-entities.js';
import { isFunctionWord, normalWord, normalWords, words } from './words.js';

/**
 * Entities of a text in their canonical form: what spelling gives away, then content words. Words of
 * the question are taken off an entity's ends ("Elsa Quill", asked about Mara Quill, is Elsa); an
 * entity the question names whole is dropped, but for what is chosen of the answers that it gives.
 */
export function lexicalEntities(
  written: string,
  question: string,
  role: 'gold' | 'answer',
): string[] {
  const text = canonical(written);
  const read = readQuestion(question);
  const asked = read.words;
  const specific = specificEntities(text, role === 'answer' && isName(text));
  const own = specific.filter((entity) => !isPhrase(entity, text));
  const named = distinct(
    (role === 'gold' ? own : specific).map(({ kind, text: entity }) =>
      kind === 'mail' ? entity : unasked(read.asksYear ? yearOf(entity) : entity, asked),
    ),
  );
  const skip = own.map((entity) => beginning(entity.text, MAX_ENTITY));
  if (role === 'gold')
    return firstOf(
      goldEntities(text, asked, named, skip),
      choiceIn(written, read),
      asserted(text, question),
    );
  const stated = statements(text);
  return [
    ...choiceIn(statements(written), read),
    ...answerEntities(stated, asked, named, skip),
    ...joinedNames(stated),
    ...asserted(stated, question),
  ];
}

/** Words in quotes that are no title, as their text writes names with capitals: "needs improvement". */
const isPhrase = (entity: SpecificEntity, text: string): boolean =>
  /^\p{Ll}/u.test(entity.text) && entity.kind === 'name' && /\p{Lu}/u.test(text);

/** What a text chooses of the answers that a question gives. */
function choiceIn(text: string, { choices }: Question): string[] {
  const choice = chosen(text, choices);
  return choice ? [choice.text] : [];
}

/**
 * As many content words as names at most: whoever repeats the names has repeated the fact, in
 * whatever words.
 */
function goldEntities(
  text: string,
  asked: ReadonlySet<string>,
  named: readonly string[],
  skip: readonly string[],
): string[] {
  const fact = distinct(contentWords(withoutComment(text, skip), asked, skip));
  const entities = distinct([...named, ...(named.length > 0 ? fact.slice(0, named.length) : fact)]);
  return firstOf(entities, statedWords(text, asked, skip));
}

/** A leak in a subordinate clause is a leak: nothing that an answer states is cut away. */
function answerEntities(
  stated: string,
  asked: ReadonlySet<string>,
  named: readonly string[],
  skip: readonly string[],
): string[] {
  const names = [...named, ...uncapitalisedNames(stated)];
  const entities = distinct([...names, ...contentWords(stated, asked, skip)]);
  return firstOf(entities, statedWords(stated, asked, skip));
}

const firstOf = (...lists: readonly string[][]): string[] =>
  lists.find(({ length }) => length > 0) ?? [];

/** What there is to compare in a plain yes or no. */
function asserted(text: string, question: string): string[] {
  const said = polarityOf(text, question);
  return said === undefined ? [] : [said];
}

/**
 * Content words of a whole text; words that fit anyone where there are no others, so that the same
 * words said again still count.
 */
function statedWords(text: string, asked: ReadonlySet<string>, skip: readonly string[]): string[] {
  const content = contentWords(text, asked, skip);
  return distinct(content.length > 0 ? content : unaskedWords(text, asked));
}

/**
 * An entity less the question's words at its ends; empty where nothing is left, or where what the
 * question asks is inside it.
 */
export function unasked(entity: string, asked: ReadonlySet<string>): string {
  const parts = entity.split(/\s+/);
  const isNew = (part: string): boolean =>
    words(part).some((word) => !asked.has(normalWord(word)) && !isFunctionWord(word));
  const quantity = quantityOf(entity);
  if (quantity) return isNew(quantity.number) ? entity : '';
  const first = parts.findIndex(isNew);
  return first < 0 ? '' : parts.slice(first, parts.findLastIndex(isNew) + 1).join(' ');
}

function unaskedWords(text: string, asked: ReadonlySet<string>): string[] {
  return distinct(
    words(text).filter((word) => !isFunctionWord(word) && !asked.has(normalWord(word))),
  );
}

function distinct(entities: readonly string[]): string[] {
  const byNormal = new Map<string, string>();
  for (const entity of entities) {
    const key = entity.includes('@') ? entity.toLowerCase() : normalWords(entity).join(' ');
    if (key && !byNormal.has(key)) byNormal.set(key, entity);
  }
  return [...byNormal.values()];
}

export const lexicalJudge: Judge = Object.freeze({
  name: 'lexical',
  entities: async (text: string, question: string, role: 'gold' | 'answer') =>
    lexicalEntities(text, question, role),
  similarity: async (answer: readonly string[], gold: readonly string[]) => {
    const ofGold = gold.map(spellingOf);
    return answer.map(spellingOf).map((a) => ofGold.map((g) => likeness(a, g)));
  },
  answerSimilarity: async () => null,
  identifies: async (answer: string, gold: string, question: string) =>
    identifies(answer, gold, question),
  contradiction: async (premise: string, hypothesis: string) =>
    lexicalContradiction(canonical(premise), canonical(hypothesis)),
} as const);
