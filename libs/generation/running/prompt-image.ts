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

/** Those of a prompt, and the token that stands for their features in its text. */
export interface PromptImages {
  readonly token: number;
  readonly shown: readonly PromptImage[];
}

/** A prompt's text, with the placeholders that it was asked with. */
export const spelled = (
  prompt: readonly number[],
  images: PromptImages | undefined,
): readonly number[] =>
  images
    ? prompt.map((id) => (images.shown.some((image) => holds(image, id)) ? images.token : id))
    : prompt;

const holds = ({ first, features }: PromptImage, id: number): boolean =>
  id >= first && id < first + item(features.dims, 0);

export interface Seen {
  /** Ids that an embedding knows: any one where a feature stands. */
  readonly ids: readonly number[];
  readonly placed: readonly PlacedFeatures[];
}

/** What a pass reads. @param images those of the prompts that it reads. */
export function seenIn(ids: readonly number[], images: readonly PromptImage[]): Seen {
  if (images.length === 0) return { ids, placed: [] };
  const known = [...ids];
  const placed: PlacedFeatures[] = [];
  for (let token = 0; token < ids.length; token++) {
    const id = item(ids, token);
    const image = images.find((one) => holds(one, id));
    if (!image) continue;
    const count = runFrom(ids, token, image);
    placed.push({ features: image.features, row: id - image.first, token, count });
    known.fill(0, token, token + count);
    token += count - 1;
  }
  return { ids: known, placed };
}

/** How many of an image's features follow one another. */
function runFrom(ids: readonly number[], from: number, image: PromptImage): number {
  const begun = item(ids, from);
  let count = 1;
  while (ids[from + count] === begun + count && holds(image, begun + count)) count += 1;
  return count;
}
