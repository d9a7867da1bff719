// An image that a prompt shows. Each of its features is read as a token of its own, with an id beyond the
// vocabulary: so whatever compares prompts tells images apart.

import { item } from '#collections/items.js';
import { type Place, type PlacedFeature, placesOf } from '#models/passes/attention/places.js';
import type { PlacedFeatures } from '#models/passes/image-features.js';
import type { ModelConfig, PictureFeatures } from '#models/types.js';

export interface PromptImage {
  /** Id of the first of its features; the others' follow it. */
  readonly first: number;
  /** [n, hidden] */
  readonly features: PictureFeatures;
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

type Shown = readonly PromptImage[] | undefined;

/** Which feature an id is, of a model that places them; nothing where none is placed. */
function placing(
  { vision }: ModelConfig,
  images: Shown = [],
): ((id: number) => PlacedFeature | undefined) | undefined {
  if (vision?.layout !== 'grid' || images.length === 0) return undefined;
  const least = Math.min(...images.map(({ first }) => first));
  return (id) => {
    if (id < least) return undefined;
    const image = images.find((one) => holds(one, id));
    return image?.features.grid && { index: id - image.first, grid: image.features.grid };
  };
}

/** Where a prompt's tokens stand; undefined where they are simply counted. */
export function placesIn(
  config: ModelConfig,
  ids: readonly number[],
  images: Shown,
): Place[] | undefined {
  const featureOf = placing(config, images);
  return featureOf && placesOf(ids.length, (token) => featureOf(item(ids, token)));
}

/** By how much what follows a prompt stands elsewhere than after so many tokens: 0 or less. */
export function placeOffset(config: ModelConfig, ids: readonly number[], images: Shown): number {
  const featureOf = placing(config, images);
  if (!featureOf) return 0;
  let offset = 0;
  for (const id of ids) {
    const feature = featureOf(id);
    if (feature) offset += (feature.index === 0 ? Math.max(...feature.grid) : 0) - 1;
  }
  return offset;
}

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
