import { describe, expect, test } from 'vitest';
import { Census } from './census.js';
import { changed, type Change } from './changes.js';
import { type Entity, rowOf } from './entity.js';
import { KnowledgeBase } from './knowledge-base.js';
import { questionOf, wordingsFor } from './questions/questions.js';
import { answersOf } from './texts/answers.js';

const entity = (id: string, name: string, aliases: string[] = [], type = 'disease'): Entity => ({
  id,
  type,
  name,
  aliases,
  attributes: new Map([['symptoms', ['fever']]]),
});

const base = new KnowledgeBase([
  entity('1', 'Measles', ['rubeola', 'spots']),
  entity('2', 'Rubella', ['spots', 'Measles']),
  entity('3', 'Herb', ['herb'], 'herb'),
]);

describe('a knowledge base', () => {
  test('is looked up by id and by name; a name wins over an alias', () => {
    expect(base.get('2')?.name).toBe('Rubella');
    expect(base.get('9')).toBeUndefined();
    expect(base.named(' MEASLES').map(({ id }) => id)).toEqual(['1']);
    expect(base.named('spots').map(({ id }) => id)).toEqual(['1', '2']);
    expect(base.named('nobody')).toEqual([]);
  });

  test('tells which aliases do not name one entity', () => {
    const census = new Census();
    for (const one of base.entities) census.add(one, one.id);
    expect(census.counts).toEqual({ entities: 3, rows: 3, values: 3 });
    expect(census.clashes).toEqual({
      ambiguousAliases: ['spots'],
      aliasesThatAreNames: ['Measles'],
    });
  });

  test('knows its attributes, by type too', () => {
    expect(base.attributes()).toEqual(['symptoms']);
    expect(base.attributes('drug')).toEqual([]);
  });
});

describe('changes', () => {
  const after = async (...changes: Change[]): Promise<Entity[]> => {
    const entities = [];
    for await (const one of changed(base.entities, changes)) entities.push(one);
    return entities;
  };

  test('set rows, and leave the base as it was', async () => {
    const entities = await after({ kind: 'set', id: '1', attribute: 'cause', values: ['virus'] });
    expect(rowOf(entities[0]!, 'cause')?.values).toEqual(['virus']);
    expect(entities.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(rowOf(base.get('1')!, 'cause')).toBeUndefined();
  });

  test('delete rows and entities; what is not there is deleted already', async () => {
    const entities = await after(
      { kind: 'delete', id: '1' },
      { kind: 'set', id: '1', attribute: 'cause', values: ['virus'] },
      { kind: 'delete', id: '2', attribute: 'symptoms' },
      { kind: 'delete', id: '2', attribute: 'cause' },
      { kind: 'delete', id: '9' },
    );
    expect(entities.map(({ id, attributes }) => [id, attributes.size])).toEqual([
      ['2', 0],
      ['3', 1],
    ]);
  });

  test('put entities in place of others, or at the end', async () => {
    const entities = await after(
      { kind: 'put', entity: entity('2', 'German measles') },
      { kind: 'put', entity: entity('4', 'Mumps') },
      { kind: 'set', id: '4', attribute: 'cause', values: ['virus'] },
    );
    expect(entities.map(({ name, attributes }) => [name, attributes.size])).toEqual([
      ['Measles', 1],
      ['German measles', 1],
      ['Herb', 1],
      ['Mumps', 2],
    ]);
  });
});

describe('questions', () => {
  test('are worded for what is asked, and in general', () => {
    const { own, general } = wordingsFor('side_effects', 'en');
    const wordings = [...own, ...general];
    expect(wordingsFor('no kind', 'en').own).toEqual([]);
    expect(wordings.length).toBeGreaterThan(12);
    expect(new Set(wordings).size).toBe(wordings.length);
    expect(questionOf('What are the {attribute} of {name}?', '$& x', 'side_effects')).toBe(
      'What are the side effects of $& x?',
    );
  });

  test.each(['en', 'zh'] as const)('name the entity in every wording in %s', (language) => {
    for (const attribute of ['症状', '用法用量', 'cause', 'no kind'])
      for (const wording of Object.values(wordingsFor(attribute, language)).flat())
        expect(wording).toContain('{name}');
  });
});

describe('answers', () => {
  const row = { name: 'a {values}', attribute: 'side_effects', values: ['x', '{name}'] };

  test.each(['en', 'zh'] as const)('say the row in every wording in %s', (language) => {
    const answers = answersOf(row, language);
    expect(new Set(answers).size).toBe(answers.length);
    for (const answer of answers)
      for (const said of ['a {values}', 'side effects', 'x', '{name}'])
        expect(answer).toContain(said);
  });

  test('of many values say the first, and show that there are more', () => {
    const many = { ...row, values: Array.from({ length: 20 }, (_, i) => `v${i}`) };
    expect(answersOf(many, 'en')[0]).toMatch(/: v0; .*; v7; …$/);
    expect(answersOf(many, 'zh')[0]).toMatch(/：v0；.*；v7；……$/);
    expect(answersOf({ ...row, values: ['A sentence.'] }, 'en')[0]).toMatch(/[^.]A sentence\.$/);
  });
});
