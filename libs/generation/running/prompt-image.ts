// An image that a prompt shows. Each of its features is read as a token of its own, with an id beyond the
// vocabulary: so whatever compares prompts tells images apart.

import { item } from '#collections/items.js';
import type { PlacedFeatures } from '#models/passes/image-features.js';
import type { TensorData } from '#models/types.js';

export interface PromptImage {
  /** Id of the first of its features; the others' follow it. */
  readonly first: number;
  /** [n, hidden] */
  readonly features: TensorData;
}

export const isShown = (id: number, vocabulary: number): boolean => id >= vocabulary;

const holds = ({ first, features }: PromptImage, id: number): boolean =>
  id >= first && id < first + item(features.dims, 0);

export interface Seen {
  /** Ids that an embedding knows: any one where a feature stands. */
  readonly ids: readonly number[];
  readonly placed: readonly PlacedFeatures[];
}

/** What a pass reads. @param images those of the prompts that it reads. */
export function seenIn(
  ids: readonly number[],
  images: readonly PromptImage[],
  vocabulary: number,
): Seen {
  if (!ids.some((id) => isShown(id, vocabulary))) return { ids, placed: [] };
  const placed: PlacedFeatures[] = [];
  for (let token = 0; token < ids.length;) {
    const id = item(ids, token);
    const image = isShown(id, vocabulary) ? images.find((one) => holds(one, id)) : undefined;
    const count = image ? runFrom(ids, token, image) : 1;
    if (image) placed.push({ features: image.features, row: id - image.first, token, count });
    token += count;
  }
  return { ids: ids.map((id) => (isShown(id, vocabulary) ? 0 : id)), placed };
}

/** How many of an image's features follow one another. */
function runFrom(ids: readonly number[], from: number, image: PromptImage): number {
  const begun = item(ids, from);
  let count = 1;
  while (ids[from + count] === begun + count && holds(image, begun + count)) count += 1;
  return count;
}
