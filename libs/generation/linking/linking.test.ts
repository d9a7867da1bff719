import { expect, test } from 'vitest';
import { LinkSearch } from './link-search.js';
import { pathTrie, SEVERAL } from './path-trie.js';

const END = 0;
const PATHS = [
  { tokens: [5, 6, END], group: 1, weight: 2 },
  { tokens: [5, 6, 7, END], group: 2, weight: 1 },
  { tokens: [8, END], group: 2 },
];
/** Logits of ten tokens: 0 but for these. */
const logits = (values: Readonly<Record<number, number>>): Float32Array =>
  Float32Array.from({ length: 10 }, (_, id) => values[id] ?? 0);

test('a path that goes on from another ends by the last token alone', () => {
  const root = pathTrie(PATHS, 10);
  expect([...root.next.keys()]).toEqual([5, 8]);
  expect([root.group, root.weight]).toEqual([SEVERAL, 2]);
  const both = root.next.get(5)!.next.get(6)!;
  expect([...both.next.keys()].toSorted()).toEqual([END, 7]);
  expect(both.next.get(END)).toMatchObject({ path: 0, group: 1, weight: 2 });
  expect(both.next.get(7)).toMatchObject({ group: 2, weight: 1 });
  expect(both.next.get(7)!.path).toBeUndefined();
});

test('of two beams one is of another group, however likely the others of the first are', () => {
  const paths = [
    { tokens: [1, 3], group: 1 },
    { tokens: [1, 4], group: 1 },
    { tokens: [2, 3], group: 2 },
  ];
  const search = new LinkSearch({ paths }, 10);
  expect(search.advance([logits({ 1: 9, 2: -9 })]).open).toHaveLength(2);
  const step = search.advance([logits({ 3: 2, 4: 2 }), logits({})]);
  // Of equals the smaller token.
  expect(step.ended?.to.tokens).toEqual([1, 3]);
  expect(search.open).toEqual([]);
  const { link } = search.chosen;
  expect([link.path, link.beside.map(({ path }) => path)]).toEqual([0, [2]]);
  // ln p of 1 less that of 2, then that of 3 less that of one of ten.
  const second = 2 - Math.log(8 + 2 * Math.exp(2)) + Math.log(10);
  expect(link.margin).toBeCloseTo(18 + second, 5);
});

test('a path that is finished early is beaten by one that is likelier at its end', () => {
  const search = new LinkSearch(
    { paths: PATHS.map(({ tokens }, group) => ({ tokens, group })) },
    10,
  );
  search.advance([logits({ 5: 4, 8: 5 })]);
  const second = search.advance([logits({ [END]: 0 }), logits({ 6: 9 })]);
  expect(second.ended?.to.tokens).toEqual([8, END]);
  const third = search.advance([logits({ 7: 9 })]);
  expect(third.ended).toBeUndefined();
  expect(search.advance(search.open.map(() => logits({ [END]: 9 }))).ended?.to.tokens).toEqual([
    5,
    6,
    7,
    END,
  ]);
  expect(search.chosen.link).toMatchObject({ path: 1 });
});

test('a token that the paths leave no choice of costs as much mass as it was unlikely', () => {
  const search = new LinkSearch({ paths: [{ tokens: [3, 4] }] }, 10);
  search.advance([logits({})]);
  search.advance([logits({})]);
  expect(search.chosen.link).toMatchObject({ tokens: 2, margin: Infinity });
  expect(search.chosen.link.mass).toBeCloseTo(-2 * Math.log(10), 6);
});
