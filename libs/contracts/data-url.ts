// A picture in a data URL.

import { type ImageType, imageTypeOf, imageTypes } from './image-type.js';

export interface DataUrlImage {
  readonly type: ImageType;
  readonly bytes: Buffer;
}

/** What many clients call it. */
const [JPG, JPEG] = ['image/jpg', 'image/jpeg'];
const TYPES = imageTypes.join(', ');
/** Lines of base64 are wrapped by many encoders. */
const BLANKS = /[ \t\r\n\f]+/g;

/** @returns what is wrong with it, in words, where it has no picture of the type that it declares. */
export function readDataUrl(url: string): DataUrlImage | string {
  const [comma, start] = [url.indexOf(','), url.indexOf(':') + 1];
  const [declared, ...parameters] = url
    .slice(start, Math.max(comma, start))
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const type = imageTypes.find((name) => name === (declared === JPG ? JPEG : declared));
  // Parameters before it, such as a charset, say nothing of a picture.
  if (!type || parameters.at(-1) !== 'base64') return `must be a data URL of ${TYPES} in base64`;
  const bytes = bytesOf(url, comma + 1) ?? bytesOf(url.slice(comma + 1).replace(BLANKS, ''), 0);
  if (!bytes) return 'must be whole base64';
  if (bytes.length === 0) return 'has no bytes';
  const found = imageTypeOf(bytes);
  if (found === type) return { type, bytes };
  return `is said to be ${type}, and its bytes are ${found ?? `none of ${TYPES}`}`;
}

/** @returns undefined for what is not base64 alone: Node's decoder passes over that, and ends at the first `=`. */
function bytesOf(text: string, start: number): Buffer | undefined {
  let end = text.length;
  while (end > start && text[end - 1] === '=' && text.length - end < 2) end--;
  const digits = end - start;
  // One digit more than fours is no byte: with it, a single sign that is none would not be missed.
  if (digits % 4 === 1) return undefined;
  const bytes = Buffer.from(text.slice(start), 'base64');
  return Math.floor((digits * 3) / 4) === bytes.length ? bytes : undefined;
}
