// What a message says and shows, in its order.

import type { Image } from '#contracts/generated/lethe/inference/v1/Image.js';
import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';

/** A picture that a request shows. */
export interface AskedImage {
  /** The request's field that has it, by which errors name it. */
  readonly field: string;
  /** A data URL, or the id of a file. */
  readonly source: string;
  readonly detail: string;
}

/** A text or a picture. */
export type Said = string | AskedImage;

/** Pictures by their fields. */
export type Shown = ReadonlyMap<string, Image>;

export const imagesIn = (said: readonly Said[]): AskedImage[] =>
  said.filter((one) => typeof one !== 'string');

/** A message that shows nothing is a text. @param shown has all of its pictures. */
export function contentOf(said: readonly Said[], shown: Shown): Pick<Message, 'content' | 'parts'> {
  if (imagesIn(said).length === 0) return { content: said.join('') };
  const parts = said.map((one) =>
    typeof one === 'string' ? { text: one } : { image: shown.get(one.field) ?? null },
  );
  return { content: '', parts };
}
