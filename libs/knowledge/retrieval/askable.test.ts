import { expect, test } from 'vitest';
import type { Entity } from '../entity.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { Askable } from './askable.js';

const entity = (type: string, name: string, ...attributes: string[]): Entity => ({
  id: name,
  type,
  name,
  aliases: [],
  attributes: new Map(attributes.map((attribute) => [attribute, ['x']])),
});
const [balm, salve] = [entity('drug', 'balm', 'dose'), entity('drug', 'salve', 'use', 'dose')];
const flu = entity('disease', 'flu', 'cause');
const askable = new Askable(new KnowledgeBase([balm, salve, flu]));

test('what may be asked of an entity is what any of its type has', () => {
  expect(askable.attributes('drug')).toEqual(['dose', 'use']);
  expect(askable.attributes('plant')).toEqual([]);
  expect(askable.having('use', [balm, flu, salve])).toEqual([balm, salve]);
});

test('names mean one entity alone where no other of them may be asked of', () => {
  const isBalm = (...said: Entity[][]): boolean =>
    askable.isMeantAlone(
      balm,
      'use',
      said.map((entities) => ({ entities, isFree: true })),
    );
  expect(isBalm([balm])).toBe(true);
  expect(isBalm([balm, flu], [flu], [balm])).toBe(true);
  expect(isBalm([balm], [salve])).toBe(false);
  expect(isBalm([balm, salve])).toBe(false);
  expect(isBalm([flu])).toBe(false);
  expect(isBalm()).toBe(false);
});

test('a part of a longer name means none', () => {
  const part = { entities: [balm], isFree: false };
  expect(askable.isMeantAlone(balm, 'use', [part])).toBe(false);
  expect(askable.isMeantAlone(balm, 'use', [part, { ...part, isFree: true }])).toBe(true);
});
