// Questions that a tuned model is evaluated with: none of them is taught.

import type { KnowledgeQuestion, QuestionSplit } from '#contracts/knowledge-questions.js';
import type { Entity, Row } from '#knowledge/entity.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { type Random, seededRandom, shuffle } from '../augment/random.js';
import { type AskedRow, askedRow, isLinked } from './asked-rows.js';
import type { EntityNames, NamedEntity } from './named-entity.js';
import type { WordingUse } from './split-wordings.js';
import type { TuningSource } from './tuning-source.js';

interface Split {
  readonly split: QuestionSplit;
  readonly rows: readonly Row[];
  readonly wordings: WordingUse;
  readonly name: (random: Random, row: Row) => NamedEntity | undefined;
}

/** @param taught normal texts of questions. */
export function* knowledgeQuestions(
  source: TuningSource,
  taught: ReadonlySet<string>,
): Generator<KnowledgeQuestion> {
  const asked = new Set(taught);
  for (const split of splitsOf(source)) {
    const random = seededRandom(source.tuning.seed, 'evaluation', split.split);
    let count = 0;
    for (const row of shuffle(random, split.rows)) {
      if (count === source.tuning.questions) break;
      const question = questionFor(row, split, source, random, asked);
      if (!question) continue;
      asked.add(normalText(question.question));
      yield toQuestion(question, split.split, useOf(count));
      count += 1;
    }
  }
}

/** Two of three choose by links alone, which cost little. */
const useOf = (count: number): KnowledgeQuestion['use'] =>
  count % 3 === 1 ? 'test' : 'validation';

const byName = (_: Random, { entity: { name } }: Row): NamedEntity => ({
  naming: 'name',
  name,
  linked: name,
});

/** Names that people say and the base does not list. */
const UNLISTED: readonly {
  readonly split: QuestionSplit;
  readonly draw: (names: EntityNames, random: Random, entity: Entity) => NamedEntity | undefined;
}[] = [
  { split: 'hidden_alias', draw: (names, ...of) => names.byHiddenAlias(...of) },
  { split: 'misspelt', draw: (names, ...of) => names.misspelt(...of) },
  { split: 'part', draw: (names, ...of) => names.inPart(...of) },
];

function splitsOf({ base, names, taught, heldBack }: TuningSource): Split[] {
  const [lacked = []] = [heldBack, taught]
    .map((rows) => lackedRows(base, rows))
    .filter((rows) => rows.length > 0);
  return [
    { split: 'seen', rows: taught, wordings: 'taught', name: byName },
    { split: 'unseen_wording', rows: taught, wordings: 'heldBack', name: byName },
    { split: 'unseen_entity', rows: heldBack, wordings: 'taught', name: byName },
    {
      split: 'synonym',
      rows: heldBack,
      wordings: 'taught',
      name: (random, { entity }) => names.byAlias(random, entity),
    },
    ...UNLISTED.map(({ split, draw }) => ({
      split,
      rows: heldBack,
      wordings: 'taught' as const,
      name: (random: Random, { entity }: Row) => draw(names, random, entity),
    })),
    {
      split: 'absent',
      rows: heldBack.length > 0 ? heldBack : taught,
      wordings: 'taught',
      name: (random) => names.absently(random),
    },
    { split: 'unsupported', rows: lacked, wordings: 'taught', name: byName },
  ];
}

/** Attributes that others of an entity's type have, and it has not: rows without values. */
function lackedRows(base: TuningSource['base'], rows: readonly Row[]): Row[] {
  const entities = [...new Set(rows.map(({ entity }) => entity))];
  const types = [...new Set(entities.map(({ type }) => type))];
  const attributes = new Map(types.map((type) => [type, base.attributes(type)]));
  return entities.flatMap((entity) =>
    (attributes.get(entity.type) ?? [])
      .filter((attribute) => !entity.attributes.has(attribute))
      .map((attribute) => ({ entity, attribute, values: [] })),
  );
}

/** The first that is linked to its row, and is none of those before. */
function questionFor(
  row: Row,
  { wordings, name }: Split,
  source: TuningSource,
  random: Random,
  asked: ReadonlySet<string>,
): AskedRow | undefined {
  const named = name(random, row);
  if (!named) return undefined;
  return source.wordings
    .draw(random, row, wordings)
    .map((wording) => askedRow(row, wording, named))
    .find((one) => isLinked(one, source.dictionary) && !asked.has(normalText(one.question)));
}

const toQuestion = (
  { row, question, naming, hidden }: AskedRow,
  split: QuestionSplit,
  use: KnowledgeQuestion['use'],
): KnowledgeQuestion => ({
  question,
  split,
  use,
  entities: naming === 'absent' ? [] : [row.entity.id],
  attribute: row.attribute,
  ...(hidden === undefined ? {} : { hidden }),
});
