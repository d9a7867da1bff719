import { expect, test } from 'vitest';
import type { GroundedAnswer } from '#client/types.js';
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

test('sets a row and deletes an entity by turns, and tells what the answers are then', () => {
  const changes = planUpdate({
    name: 'it',
    answers: [asked('a'), asked('a', 'sign'), asked('b'), { ...asked('c'), isGrounded: false }],
  });
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
