// Answers' counts, together for each image.

import type { Counts } from './paired.js';

/** Counts of an image's answers together, by image. */
export type ByImage<K extends string> = ReadonlyMap<string, Counts<K>>;

/** Images in the order of their first answers. */
export function byImage<K extends string>(
  counted: Iterable<readonly [image: string, counts: Counts<K>]>,
): ByImage<K> {
  const all = new Map<string, Counts<K>>();
  for (const [image, counts] of counted) {
    const before = all.get(image);
    all.set(image, before ? sum(before, counts) : counts);
  }
  return all;
}

function sum<K extends string>(one: Counts<K>, other: Counts<K>): Counts<K> {
  const names = Object.keys(one) as K[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Counts<K>;
}
