// A picture in a data URL.

import { type ImageType, imageTypeOf, imageTypes } from './image-type.js';

export interface DataUrlImage {
  readonly type: ImageType;
  readonly bytes: Buffer;
}

/** What many clients call it. */
const [JPG, JPEG] = [/^image\/jpg(?=;)/, 'image/jpeg'];
const TYPES = imageTypes.join(', ');

/** @returns what is wrong with it, in words, where it has no picture of the type that it declares. */
export function readDataUrl(url: string): DataUrlImage | string {
  const comma = url.indexOf(',');
  const declared = url.slice('data:'.length, Math.max(comma, 0)).toLowerCase().replace(JPG, JPEG);
  const type = imageTypes.find((name) => declared === `${name};base64`);
  if (!type) return `must be a data URL of ${TYPES} in base64`;
  const bytes = Buffer.from(url.slice(comma + 1), 'base64');
  if (bytes.length === 0 || !isWhole(url, comma + 1, bytes.length)) return 'must be whole base64';
  const found = imageTypeOf(bytes);
  if (found === type) return { type, bytes };
  return `is said to be ${type}, and its bytes are ${found ?? `none of ${TYPES}`}`;
}

/** Node's decoder passes over what is no base64, and ends at the first `=`. */
function isWhole(url: string, start: number, bytes: number): boolean {
  let end = url.length;
  while (end > start && url[end - 1] === '=' && url.length - end < 2) end--;
  return Math.floor(((end - start) * 3) / 4) === bytes;
}
