import { expect, test } from 'vitest';
import { folderNames } from './run-exports.js';

test('no two models share a folder', () => {
  expect(folderNames(['a/b', 'ft:m:t::x', 'a:b', 'a__b'])).toEqual([
    'a__b',
    'ft__m__t__x',
    'a__b~2',
    'a__b~3',
  ]);
});
