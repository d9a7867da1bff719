// What a change of the base changes: rows are set and entities deleted, nothing is tuned, and all
// questions are asked again.

import type { GroundedAnswer, KnowledgeChange } from '#client/types.js';
import { grouped } from '#collections/grouped.js';
import { zip } from '#collections/zip.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { Phrases } from '#knowledge/texts/phrases.js';
import { isRowRight, type Link } from '#metrics/grounding/answer.js';
import { heading, tableRow } from '../markdown.js';
import type { System } from './table.js';

/** Of each kind. */
const CHANGES = 50;

/**
 * A row is set or an entity deleted, by turns, of those that were named rightly. Deleted are such alone as
 * nothing else can answer for: no question about one says a name that another has, too. The same answers
 * give the same changes.
 * @param base that was answered from. @param each of both kinds, at most.
 */
export function planUpdate(
  { answers }: System,
  base: KnowledgeBase,
  each = CHANGES,
): KnowledgeChange[] {
  const right = answers.filter((answer) => answer.isGrounded && isRowRight(answer));
  const links = new Map<string, Link>();
  for (const { link } of right) if (link && !links.has(link.entity)) links.set(link.entity, link);
  const namesOf = saidNamesIn(base);
  const isShared = ({ entity }: Link): boolean =>
    right.some(
      ({ link, question, entities }) =>
        link?.entity === entity && [...entities, ...namesOf(question)].some((id) => id !== entity),
    );
  const [set, deleted]: [Link[], Link[]] = [[], []];
  for (const link of links.values())
    (deleted.length < set.length && !isShared(link) ? deleted : set).push(link);
  return [
    ...set
      .slice(0, each)
      .map(({ entity, attribute }, i) => setRow(entity, attribute, `XQ${100 + i}`)),
    ...deleted.slice(0, each).map(({ entity }): KnowledgeChange => ({ op: 'delete', entity })),
  ];
}

/** Of a question the ids of all whose name or alias it says: an alias may be of one and the name of another. */
function saidNamesIn({ entities }: KnowledgeBase): (question: string) => readonly string[] {
  const owners = grouped(
    entities.flatMap(({ id, name, aliases }) => [name, ...aliases].map((one) => ({ id, one }))),
    ({ one }) => normalText(one),
  );
  const phrases = new Phrases(owners.keys());
  return (question) =>
    phrases.in(question).flatMap(({ phrase }) => (owners.get(phrase) ?? []).map(({ id }) => id));
}

const setRow = (entity: string, attribute: string, value: string): KnowledgeChange => ({
  op: 'set',
  entity,
  attribute,
  values: [value],
});

type Pair = readonly [was: GroundedAnswer, now: GroundedAnswer];

/** How many answers are as they must be after the changes. */
export function updateTable(
  changes: readonly KnowledgeChange[],
  before: readonly GroundedAnswer[],
  after: readonly GroundedAnswer[],
): string {
  const pairs = zip(before, after);
  const touched = new Map(
    changes.flatMap((change) => (change.op === 'put' ? [] : [[change.entity, change] as const])),
  );
  const changeOf = ([{ knowledge }]: Pair) => touched.get(knowledge.link?.entity_id ?? '');
  const grounded = pairs.filter(([{ knowledge }]) => knowledge.status === 'grounded');
  const set = grounded.filter((pair) => isSet(changeOf(pair), pair));
  const deleted = grounded.filter((pair) => changeOf(pair)?.op === 'delete');
  const others = pairs.filter((pair) => !changeOf(pair));
  return [
    heading(['', 'answers', 'as they must be']),
    rowOf(
      'rows set: the new value is read',
      set,
      (pair) => valuesOf(pair) === newOf(changeOf(pair)),
    ),
    rowOf('rows set: the text says it', set, (pair) =>
      pair[1].content.includes(newOf(changeOf(pair))),
    ),
    rowOf(
      'entities deleted: not_found',
      deleted,
      ([, now]) => now.knowledge.status === 'not_found',
    ),
    rowOf('of others: the same text', others, ([was, now]) => was.content === now.content),
  ].join('\n');
}

const isSet = (change: KnowledgeChange | undefined, [{ knowledge }]: Pair): boolean =>
  change?.op === 'set' && change.attribute === knowledge.link?.attribute;

const newOf = (change: KnowledgeChange | undefined): string =>
  change?.op === 'set' ? change.values.join() : '';

const valuesOf = ([, { annotations }]: Pair): string =>
  annotations.flatMap(({ kb_citation: { values } }) => values).join();

const rowOf = (kind: string, pairs: readonly Pair[], isRight: (pair: Pair) => boolean): string =>
  tableRow([kind, String(pairs.length), String(pairs.filter(isRight).length)]);
