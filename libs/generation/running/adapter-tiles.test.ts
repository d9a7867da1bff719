// Which rows share copies of adapters, by hand and for all small batches.

import { describe, expect, test } from 'vitest';
import { tiled } from './adapter-tiles.js';

test('rows with adapters of their own have a copy each', () => {
  const { height, tiles, places } = tiled(['a', 'b', 'c'], []);
  expect([height, tiles]).toEqual([1, ['a', 'b', 'c']]);
  expect(places).toEqual([0, 1, 2].map((tile) => ({ tile, place: 0 })));
});

test('rows of few adapters share copies', () => {
  const rows = Array.from({ length: 16 }, (_, i) => (i % 2 ? 'a' : 'b'));
  expect(tiled(rows, [])).toMatchObject({ height: 8, tiles: ['b', 'a'] });
  const one = rows.map(() => 'a');
  expect(tiled(one, [])).toMatchObject({ height: 8, tiles: ['a', 'a'] });
});

test('copies are not added so that one of many rows is served by a single one', () => {
  const rows = ['a', 'a', 'a', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  expect(tiled(rows, [])).toMatchObject({ height: 1 });
});

test('rows of the base share the place of one copy of zeros', () => {
  const { tiles, places } = tiled([undefined, 'a', undefined, undefined], []);
  expect(tiles).toEqual([undefined, 'a']);
  expect(places.map(({ tile }) => tile)).toEqual([0, 1, 0, 0]);
  expect(new Set(places.map(({ place }) => place))).toEqual(new Set([0]));
});

test('what is held stays where it is', () => {
  expect(tiled(['a', 'b', 'c'], ['c', 'x', 'a']).tiles).toEqual(['c', 'b', 'a']);
  expect(tiled(['b'], ['a', 'b']).tiles).toEqual(['b']);
  expect(tiled(['b', undefined], [undefined, 'b', 'c']).tiles).toEqual([undefined, 'b']);
});

const ADAPTERS = [undefined, 'a', 'b', 'c'];
const batches = (length: number): (string | undefined)[][] =>
  length === 0
    ? [[]]
    : batches(length - 1).flatMap((batch) => ADAPTERS.map((one) => [...batch, one]));

describe.each([1, 2, 5])('all batches of %i rows', (length) => {
  test('every row is in a copy of its adapter, in a place of its own', () => {
    for (const rows of batches(length)) {
      const { height, tiles, places } = tiled(rows, ['b', undefined, 'b', 'a']);
      expect(places.map(({ tile }) => tiles[tile])).toEqual(rows);
      expect(places.every(({ place }) => place < height)).toBe(true);
      const taken = places.filter((_, row) => rows[row] !== undefined);
      expect(new Set(taken.map(({ tile, place }) => tile * height + place)).size).toBe(
        taken.length,
      );
      expect(height === 1 || tiles.length > 1).toBe(true);
    }
  });
});
