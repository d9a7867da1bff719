// Where tokens stand, as transformers' get_rope_index says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { type PlacedFeature, placesOf } from './places.js';

interface Golden {
  readonly prompt: readonly ('t' | [rows: number, columns: number])[];
  readonly places: readonly (readonly number[])[];
}
const golden = JSON.parse(
  readFileSync(join(goldenRoot, 'vision', 'places.json'), 'utf8'),
) as readonly Golden[];

test.each(golden)('$prompt', ({ prompt, places }) => {
  const tokens = prompt.flatMap((one): (PlacedFeature | undefined)[] =>
    one === 't'
      ? [undefined]
      : Array.from({ length: one[0] * one[1] }, (_, index) => ({ index, grid: one })),
  );
  expect(placesOf(tokens.length, (token) => tokens[token])).toEqual(places);
});
