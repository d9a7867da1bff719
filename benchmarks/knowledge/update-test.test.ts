import { expect, test } from 'vitest';
import type { GroundedAnswer } from '#client/types.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import type { Linked } from '#metrics/grounding/answer.js';
import type { Labelled } from './labelled.js';
import { planUpdate, updateTable } from './update-test.js';

const asked = (entity: string, attribute = 'cause'): Labelled & Linked => ({
  question: `${entity}?`,
  kind: 'exact',
  answerable: true,
  split: 'seen',
  use: 'test',
  entities: [entity],
  attributes: [attribute],
  link: { entity, attribute },
  isGrounded: true,
  mass: 0,
  margin: 0,
  candidates: [],
});
const answer = (
  entity: string,
  content: string,
  values: string[],
  attribute = 'cause',
): GroundedAnswer => {
  const link = { entity_id: entity, entity, attribute };
  const knowledge = { status: values.length > 0 ? 'grounded' : 'not_found', link };
  const annotations = values.length > 0 ? [{ kb_citation: { values } }] : [];
  return { content, annotations, knowledge } as unknown as GroundedAnswer;
};

const entity = (id: string, ...aliases: string[]): Entity => ({
  id,
  name: id,
  type: 'disease',
  aliases,
  attributes: new Map([['cause', ['dust']]]),
});

test('sets a row and deletes an entity by turns, and tells what the answers are then', () => {
  const base = new KnowledgeBase(['a', 'b', 'c', 'd'].map((id) => entity(id)));
  const changes = planUpdate(
    {
      name: 'it',
      answers: [asked('a'), asked('a', 'sign'), asked('b'), { ...asked('c'), isGrounded: false }],
    },
    base,
  );
  expect(changes).toEqual([
    { op: 'set', entity: 'a', attribute: 'cause', values: ['XQ100'] },
    { op: 'delete', entity: 'b' },
  ]);
  const before = [
    answer('a', 'mites', ['mites']),
    answer('a', 'itch', ['itch'], 'sign'),
    answer('b', 'rain', ['rain']),
    answer('c', 'none', []),
    answer('d', 'dust', ['dust']),
  ];
  const after = [
    answer('a', 'mites still', ['XQ100']),
    answer('a', 'itch', ['itch'], 'sign'),
    answer('b', 'rain', ['rain']),
    answer('c', 'none', []),
    answer('d', 'dirt', ['dust']),
  ];
  const table = updateTable(changes, before, after);
  expect(table.split('\n').slice(2)).toEqual([
    '| rows set: the new value is read | 1 | 1 |',
    '| rows set: the text says it | 1 | 0 |',
    '| entities deleted: not_found | 1 | 0 |',
    '| of others: the same text | 2 | 1 |',
  ]);
});

test('deletes nothing that is asked for by the name of another', () => {
  const base = new KnowledgeBase([entity('a'), entity('b'), entity('c', 'b'), entity('d')]);
  const family = { ...asked('d'), entities: ['c', 'd'] };
  const of = (...answers: readonly (Labelled & Linked)[]) =>
    planUpdate({ name: 'it', answers }, base).map(({ op }) => op);
  expect(of(asked('a'), asked('b'), asked('d'))).toEqual(['set', 'set', 'delete']);
  expect(of(asked('a'), family)).toEqual(['set', 'set']);
});
