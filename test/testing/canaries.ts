// Words that stand nowhere else, one per place that a tenant's text comes in by; and a search for
// them in every byte of a folder.

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Begins every canary of this process. */
const mark = `canary${randomBytes(5).toString('hex')}`;
const pattern = new RegExp(`${mark}x[a-z]+`, 'g');

/** @param place in small letters. */
export const canary = (place: string): string => `${mark}x${place}`;

/** The places whose canary is in a text, sorted. */
export function canariesIn(text: string): string[] {
  const found = new Set(text.match(pattern));
  return [...found].map((word) => word.slice(mark.length + 1)).toSorted();
}

/** `file: place`, for each canary in the name or the bytes of a file below a folder. */
export function canariesBelow(folder: string, except: readonly string[] = []): string[] {
  return filesBelow(folder, except).flatMap((path) =>
    canariesIn(`${path}\n${readIfThere(path)}`).map(
      (place) => `${path.slice(folder.length + 1)}: ${place}`,
    ),
  );
}

function filesBelow(folder: string, except: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => !except.some((one) => path.startsWith(one)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Services at work rename and remove files. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
