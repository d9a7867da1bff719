// Where a picture comes from, as requests and data sets write it: nothing is fetched.

import { z } from 'zod';

export const EXPECTED_SOURCE =
  'must be a data URL of a PNG, JPEG or WebP (data:image/png;base64,...), or the id of a file of purpose vision';
const ADDRESS =
  'is an address, and nothing is fetched: send the picture as a data URL, or upload it and give the id of its file';

const FILE_ID = 'must be the id of a file';
export const pictureFileId = z.string(FILE_ID).regex(/^file-\w{1,64}$/, FILE_ID);

const isAddress = (text: string): boolean => /^\s*[a-z][a-z0-9+.-]{0,20}:\/\//i.test(text);

/** Schemes have no case, and blanks before one say nothing. */
export const isDataUrl = (text: string): boolean => /^\s*data:/i.test(text);

/** @returns what is wrong with it, in words. */
export function sourceProblem(text: string): string | undefined {
  if (isAddress(text)) return ADDRESS;
  return isDataUrl(text) || pictureFileId.safeParse(text).success ? undefined : EXPECTED_SOURCE;
}
