// A file's counts by image, and beside them a baseline's of the same images.

import { required } from '#collections/required.js';
import type { ByImage } from '#metrics/hallucination/by-image.js';
import type { Group } from '#metrics/hallucination/paired.js';
import { wrong } from './rows.js';

/** What a file of answers came to. */
export interface Answered<K extends string> {
  readonly file: string;
  readonly images: ByImage<K>;
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
