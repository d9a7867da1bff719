// Words that stand nowhere else, one for each way that a tenant's text comes in by; and a search for
// them in every byte of a folder.

import { randomBytes } from 'node:crypto';
import { filesBelow } from './files-below.js';

/** Begins every canary of this process. */
const mark = `canary${randomBytes(5).toString('hex')}`;
/** Ends in a digit: letters may follow at once where values are packed. */
const pattern = new RegExp(`${mark}x([a-z]+)0`, 'g');

const made = new Set<string>();

/** @param what it stands in: small letters. */
export function canary(what: string): string {
  made.add(what);
  return `${mark}x${what}0`;
}

/** What the canaries in a text stand in, sorted. */
export function canariesIn(text: string): string[] {
  const found = Array.from(text.matchAll(pattern), ([, what = '']) => meant(what));
  return [...new Set(found)].toSorted();
}

/** Questions misspell names: a canary with a typing error is the one that it was. */
const meant = (what: string): string =>
  made.has(what) ? what : ([...made].find((one) => isMistyped(what, one)) ?? what);

/** Whether one letter is another, too many or missing, or two have changed places. */
function isMistyped(what: string, one: string): boolean {
  let start = 0;
  while (start < Math.min(what.length, one.length) && what[start] === one[start]) start += 1;
  let end = 0;
  const most = Math.min(what.length, one.length) - start;
  while (end < most && what.at(-1 - end) === one.at(-1 - end)) end += 1;
  const [typed, right] = [what, one].map((word) => word.slice(start, word.length - end));
  const isSwapped = typed!.length === 2 && [...typed!].toReversed().join('') === right;
  return isSwapped || (typed!.length <= 1 && right!.length <= 1);
}

/** `file: canary`, for each that is in the name or in the bytes of a file below a folder. */
export const canariesBelow = (folder: string, except?: string): string[] =>
  [...filesBelow(folder, except)].flatMap(({ name, bytes }) =>
    canariesIn(`${name}\n${bytes.toString('latin1')}`).map((what) => `${name}: ${what}`),
  );

/** What the canaries in the files below a folder stand in. */
export const wordsBelow = (folder: string): string[] =>
  canariesBelow(folder).map((found) => found.split(': ')[1] ?? found);
