// Words that stand nowhere else, one for each way that a tenant's text comes in by; and a search for
// them in every byte of a folder.

import { randomBytes } from 'node:crypto';
import { filesBelow } from './files-below.js';

/** Begins every canary of this process. */
const mark = `canary${randomBytes(5).toString('hex')}`;
/** Ends in a digit: letters may follow at once where values are packed. */
const pattern = new RegExp(`${mark}x([a-z]+)0`, 'g');

/** @param what it stands in: small letters. */
export const canary = (what: string): string => `${mark}x${what}0`;

/** What the canaries in a text stand in, sorted. */
export function canariesIn(text: string): string[] {
  const found = Array.from(text.matchAll(pattern), ([, what = '']) => what);
  return [...new Set(found)].toSorted();
}

/** `file: canary`, for each that is in the name or in the bytes of a file below a folder. */
export const canariesBelow = (folder: string, except?: string): string[] =>
  [...filesBelow(folder, except)].flatMap(({ name, bytes }) =>
    canariesIn(`${name}\n${bytes.toString('latin1')}`).map((what) => `${name}: ${what}`),
  );

/** What the canaries in the files below a folder stand in. */
export const wordsBelow = (folder: string): string[] =>
  canariesBelow(folder).map((found) => found.split(': ')[1] ?? found);
