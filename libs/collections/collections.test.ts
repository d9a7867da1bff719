import { expect, test } from 'vitest';
import { first, item, last } from './items.js';
import { isOneEdit } from './one-edit.js';
import { required } from './required.js';
import { zip } from './zip.js';

test('a required entry is given, and one that is missing is named', () => {
  const sizes = new Map([['up_proj', 4]]);
  expect(required(sizes, 'up_proj')).toBe(4);
  expect(() => required(sizes, 'down_proj')).toThrow('down_proj');
  expect(required({ up_proj: 4 }, 'up_proj')).toBe(4);
  expect(() => required({}, 'up_proj')).toThrow('up_proj');
});

test('items of a list are given, and one that is missing is named', () => {
  const sizes = [4, 8, 16];
  expect([first(sizes), item(sizes, 1), last(sizes)]).toEqual([4, 8, 16]);
  expect(() => item(sizes, 3)).toThrow('expected an item 3, the list has 3');
  expect(() => last([])).toThrow('the list has 0');
});

test('lists of one length are read item by item, others are refused', () => {
  expect(zip([1, 2], ['a', 'b'], Float32Array.of(3, 4))).toEqual([
    [1, 'a', 3],
    [2, 'b', 4],
  ]);
  expect(() => zip([1], [1, 2])).toThrow('expected lists of one length, found 1 and 2');
});

test.each([
  ['fever', 'fevers', true],
  ['fever', 'fevr', true],
  ['fever', 'fewer', true],
  ['fever', 'feevr', true],
  ['fever', 'fever', true],
  ['fever', 'freve', false],
  ['fever', 'fevered', false],
])('%s and %s are one edit apart at most: %s', (a, b, expected) => {
  expect([isOneEdit(a, b), isOneEdit(b, a)]).toEqual([expected, expected]);
});
