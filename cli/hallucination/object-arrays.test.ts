import { expect, test } from 'vitest';
import { ObjectArrays } from './object-arrays.js';

const file = {
  info: { note: 'annotations": [{"id": 0}]', year: 2014 },
  annotations: [
    { id: 1, segmentation: [[1.5, 2], [3]], caption: 'a "quoted" \\ {[ text' },
    { id: 2, nested: [{ id: 3 }] },
  ],
  licenses: [{ id: 4 }],
  categories: [{ id: 5, name: 'é' }],
  images: [],
};
const wanted = new Set(['annotations', 'categories', 'images']);

function cut(text: string, size: number): { found: unknown[]; hasEnded: boolean } {
  const arrays = new ObjectArrays(wanted);
  const found: unknown[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size)
    for (const { array, index, json } of arrays.push(bytes.subarray(at, at + size)))
      found.push([array, index, JSON.parse(json)]);
  return { found, hasEnded: arrays.hasEnded };
}

test.each([1, 2, 7, 64, 10_000])('cuts elements out of bytes that come %i at a time', (size) => {
  const expected = [
    ['annotations', 0, file.annotations[0]],
    ['annotations', 1, file.annotations[1]],
    ['categories', 0, file.categories[0]],
  ];
  for (const text of [JSON.stringify(file), JSON.stringify(file, null, 2)])
    expect(cut(text, size)).toEqual({ found: expected, hasEnded: true });
});

test('sees that a file is cut off', () => {
  const text = JSON.stringify(file);
  expect(cut(text.slice(0, -1), 50).hasEnded).toBe(false);
  expect(cut(text.slice(0, text.indexOf('nested')), 50).hasEnded).toBe(false);
});

test('keeps no more than one element', () => {
  const arrays = new ObjectArrays(wanted);
  const endless = Buffer.from('{"annotations":[{"id":1},{"a":"'.padEnd(2 ** 20, 'x'));
  expect(() => {
    for (let i = 0; i < 20; i++)
      for (const _ of arrays.push(i === 0 ? endless : endless.fill('x')));
  }).toThrow('annotations.1 is longer than');
});
