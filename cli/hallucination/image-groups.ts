// Answers' counts by image, and beside them a baseline's of the same images.

import { required } from '#collections/required.js';
import type { Counts, Group } from '#metrics/hallucination/paired.js';
import { wrong } from './rows.js';

/** Counts of an image's answers together, by image. */
export type ByImage<K extends string> = ReadonlyMap<string, Counts<K>>;

/** What a file of answers came to. */
export interface Answered<K extends string> {
  readonly file: string;
  readonly images: ByImage<K>;
}

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

/** @throws CommandError where the images of the two are not the same. */
export function pairedGroup<K extends string>(
  own: Answered<K>,
  baseline: Answered<K> | undefined,
): Group<K> {
  const images = [...own.images.values()];
  if (!baseline) return { images };
  for (const [one, other] of [
    [own, baseline],
    [baseline, own],
  ] as const)
    for (const image of one.images.keys())
      if (!other.images.has(image))
        throw wrong(
          `image ${image} is in ${one.file} and not in ${other.file}: both must answer the same`,
        );
  return {
    images,
    baseline: [...own.images.keys()].map((image) => required(baseline.images, image)),
  };
}
