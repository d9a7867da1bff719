// Linkers that need no model: from a question to a row, or to nothing.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { type Entity, rowsOf } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { AskedAttributes } from '#knowledge/retrieval/asked-attributes.js';
import { Bm25 } from '#knowledge/retrieval/bm25.js';
import { Candidates } from '#knowledge/retrieval/candidates.js';
import { Phrases } from '#knowledge/texts/phrases.js';
import type { Link, Linked } from '#metrics/grounding/answer.js';
import { attributeOf } from './keywords.js';
import type { Labelled } from './labelled.js';
import type { System } from './table.js';

interface Found {
  readonly link?: Link | undefined;
  /** How sure it is of it. */
  readonly score: number;
}

export type Linker = (question: string) => Found;

const nothing: Found = { score: -Infinity };

/** The row whose text is likest to the question: the paper's baseline is of this kind. */
function bm25OfRows(base: KnowledgeBase, textOf: (row: RowText) => string): Linker {
  const rows = base.entities.flatMap((entity) => [...rowsOf(entity)]);
  const index = new Bm25(rows.map(textOf));
  return (question) => {
    const [hit] = index.top(question, 1);
    if (!hit) return nothing;
    const { entity, attribute } = item(rows, hit.document);
    return { link: { entity: entity.id, attribute }, score: hit.score };
  };
}

interface RowText {
  readonly entity: Entity;
  readonly attribute: string;
  readonly values: readonly string[];
}

function bm25OfNames(base: KnowledgeBase): Linker {
  const index = new Bm25(base.entities.map(({ name, aliases }) => [name, ...aliases].join(' ')));
  return (question) => {
    const [hit] = index.top(question, 1);
    if (!hit) return nothing;
    const entity = item(base.entities, hit.document).id;
    return { link: { entity, attribute: attributeOf(question) ?? '' }, score: hit.score };
  };
}

/** The longest name that the question says, of the first entity that has it. */
function dictionary(base: KnowledgeBase, namesOf: (entity: Entity) => readonly string[]): Linker {
  const phrases = new Phrases(base.entities.flatMap(namesOf));
  return (question) => {
    const [said] = phrases
      .in(question)
      .toSorted((one, other) => other.end - other.start - (one.end - one.start));
    const entity = said && base.named(said.phrase)[0];
    if (!said || !entity) return nothing;
    const attribute = attributeOf(question) ?? '';
    return { link: { entity: entity.id, attribute }, score: said.end - said.start };
  };
}

/** What the platform chooses among, without a model that chooses: its first candidate. */
function firstCandidate(base: KnowledgeBase): Linker {
  const candidates = new Candidates(base);
  return (question) => {
    const [entity] = candidates.of(question, 1);
    if (!entity) return nothing;
    return { link: { entity: entity.id, attribute: attributeOf(question) ?? '' }, score: 0 };
  };
}

/** The same, with the attribute whose wordings fit best of those that its type has. */
function firstCandidateAsked(base: KnowledgeBase): Linker {
  const candidates = new Candidates(base);
  const types = [...new Set(base.entities.map(({ type }) => type))];
  const askedOf = new Map(
    types.map((type) => {
      const attributes = base.attributes(type);
      return [type, { attributes, asked: new AskedAttributes(attributes) }];
    }),
  );
  return (question) => {
    const [entity] = candidates.of(question, 1);
    if (!entity) return nothing;
    const { attributes, asked } = required(askedOf, entity.type);
    const fits = asked.of({ words: candidates.withoutNames(question) });
    const score = Math.max(...fits);
    return { link: { entity: entity.id, attribute: item(attributes, fits.indexOf(score)) }, score };
  };
}

/** By name: what each makes of a base. Indexing one takes seconds. */
export const linkers: Readonly<Record<string, (base: KnowledgeBase) => Linker>> = {
  'BM25 of "name attribute"': (base) =>
    bm25OfRows(base, (row) => `${row.entity.name} ${row.attribute}`),
  'BM25 of whole rows': (base) =>
    bm25OfRows(base, ({ entity, attribute, values }) =>
      [entity.name, attribute, ...values].join(' '),
    ),
  'BM25 of names and aliases, keywords': bm25OfNames,
  'dictionary of names, keywords': (base) => dictionary(base, ({ name }) => [name]),
  'dictionary of names and aliases, keywords': (base) =>
    dictionary(base, (entity) => [entity.name, ...entity.aliases]),
  'first candidate, keywords': firstCandidate,
  'first candidate, wordings': firstCandidateAsked,
};

export const answersOf = (
  base: KnowledgeBase,
  linker: Linker,
  questions: readonly Labelled[],
): (Labelled & Linked)[] =>
  questions.map((asked) => {
    const { link, score } = linker(asked.question);
    const isGrounded =
      link !== undefined && !!base.get(link.entity)?.attributes.has(link.attribute);
    return { ...asked, link, isGrounded, mass: score, margin: 0, candidates: [] };
  });

export const baselines = (base: KnowledgeBase, questions: readonly Labelled[]): System[] =>
  Object.entries(linkers).map(([name, linkerOf]) => ({
    name,
    answers: answersOf(base, linkerOf(base), questions),
  }));
