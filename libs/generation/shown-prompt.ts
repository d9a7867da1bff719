// A prompt with images as it is asked: placeholders in the place of their features.

import { first } from '#collections/items.js';
import type { PictureFeatures } from '#models/types.js';
import { FeaturesError } from './errors/features.error.js';
import type { ImageIds } from './image-ids.js';
import type { PromptImage, PromptImages } from './running/prompt-image.js';

export interface Shown {
  /** Of each image in the prompt's order. They are not written to any more. */
  readonly features?: readonly PictureFeatures[] | undefined;
  /**
   * The id that stands n times for an image of n features. Absent: the prompt shows none, whatever its
   * ids are.
   */
  readonly imageToken?: number | undefined;
}

/** @throws FeaturesError */
export function imagesShown(
  { features = [], imageToken }: Shown,
  owner: string,
  ids: ImageIds,
): PromptImages | undefined {
  if (imageToken !== undefined) return { token: imageToken, shown: ids.imagesOf(owner, features) };
  if (features.length === 0) return undefined;
  throw new FeaturesError('imageToken is missing, expected the id that features stand for');
}

/**
 * What is read of a prompt: ids of the features where it has placeholders.
 * @throws FeaturesError unless it has one for each feature.
 */
export function readAs(
  prompt: readonly number[],
  images: PromptImages | undefined,
): readonly number[] {
  if (!images) return prompt;
  const { token, shown } = images;
  const placeholders = prompt.filter((id) => id === token).length;
  const ids = shown.flatMap(idsOf);
  if (placeholders !== ids.length)
    throw new FeaturesError(
      `the prompt has ${placeholders} tokens for images, expected ${ids.length}: one for each feature`,
    );
  let at = 0;
  return prompt.map((id) => (id === token ? (ids[at++] ?? id) : id));
}

/** Of another prompt, which may be asked without its images. */
export const showsNone = (prompt: readonly number[], images: PromptImages | undefined): boolean =>
  images === undefined || !prompt.includes(images.token);

const idsOf = ({ first: begun, features }: PromptImage): number[] =>
  Array.from({ length: first(features.dims) }, (_, row) => begun + row);
