import { describe, expect, test } from 'vitest';
import { canonicalLines } from './canonical.js';
import { changed, type Change } from './changes.js';
import { type Entity, rowOf } from './entity.js';
import { KnowledgeBase } from './knowledge-base.js';
import { linkTrie, type TrieNode } from './link-trie.js';
import { questionOf, wordingsFor } from './questions/questions.js';

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
    expect(base.clashes).toEqual({ ambiguousAliases: ['spots'], aliasesThatAreNames: ['Measles'] });
  });

  test('knows its attributes, by type too', () => {
    expect(base.attributes()).toEqual(['symptoms']);
    expect(base.attributes('drug')).toEqual([]);
  });
});

describe('changes', () => {
  const after = (...changes: Change[]): KnowledgeBase => changed(base, changes);

  test('make another base, and leave the first as it was', () => {
    const before = [...canonicalLines(base)];
    const set = after({ kind: 'set', id: '1', attribute: 'cause', values: ['virus'] });
    expect(rowOf(set.get('1')!, 'cause')?.values).toEqual(['virus']);
    expect(set.entities.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect([...canonicalLines(base)]).toEqual(before);
  });

  test('delete rows and entities; what is not there is deleted already', () => {
    const { entities } = after(
      { kind: 'delete', id: '1' },
      { kind: 'delete', id: '2', attribute: 'symptoms' },
      { kind: 'delete', id: '2', attribute: 'cause' },
      { kind: 'delete', id: '9' },
    );
    expect(entities.map(({ id, attributes }) => [id, attributes.size])).toEqual([
      ['2', 0],
      ['3', 1],
    ]);
  });

  test('put entities in place of others, or at the end', () => {
    const { entities } = after(
      { kind: 'put', entity: entity('2', 'German measles') },
      { kind: 'put', entity: entity('4', 'Mumps') },
    );
    expect(entities.map(({ name }) => name)).toEqual([
      'Measles',
      'German measles',
      'Herb',
      'Mumps',
    ]);
  });

  test('that contradict the base are refused', () => {
    expect(() => after({ kind: 'put', entity: entity('4', 'measles') })).toThrow(
      'entity 4: has the name and type of entity 1',
    );
    expect(() => after({ kind: 'set', id: '9', attribute: 'a', values: ['b'] })).toThrow(
      RangeError,
    );
  });
});

describe('a trie of links', () => {
  const END = 0;
  const walk = <T>(trie: TrieNode<T>, tokens: number[]): TrieNode<T> | undefined =>
    tokens.reduce<TrieNode<T> | undefined>((node, token) => node?.next.get(token), trie);

  test('ends a sequence that another goes on from by the end token alone', () => {
    const trie = linkTrie(
      [
        [[5, 6], 'liver'],
        [[5, 6, 7], 'liver spot'],
        [[5, 6], 'twin'],
      ],
      END,
    );
    expect([...trie.next.keys()]).toEqual([5]);
    expect([...walk(trie, [5, 6])!.next.keys()].toSorted()).toEqual([END, 7]);
    expect(walk(trie, [5, 6, END])).toMatchObject({ value: 'liver' });
    expect(walk(trie, [5, 6, 7, END])).toMatchObject({ value: 'liver spot' });
    expect(walk(trie, [6])).toBeUndefined();
  });

  test('always allows something', () => {
    expect(() => linkTrie([], END)).toThrow(RangeError);
    expect(() => linkTrie([[[], 'nothing']], END)).toThrow(RangeError);
  });
});

describe('questions', () => {
  test('are worded for what is asked, and in general', () => {
    const wordings = wordingsFor('side_effects', 'en');
    expect(wordings.length).toBeGreaterThan(12);
    expect(new Set(wordings).size).toBe(wordings.length);
    expect(questionOf('What are the {attribute} of {name}?', '$& x', 'side_effects')).toBe(
      'What are the side effects of $& x?',
    );
  });

  test.each(['en', 'zh'] as const)('name the entity in every wording in %s', (language) => {
    for (const attribute of ['症状', '用法用量', 'cause', 'no kind'])
      for (const wording of wordingsFor(attribute, language)) expect(wording).toContain('{name}');
  });
});
