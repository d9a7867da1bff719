// Secrets of a data folder, made once and readable by its owner only.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from './atomic-file.js';

const BYTES = 32;

/** The secret kept in a file; a new one where there is none yet. */
export function keptSecret(path: string, prefix = ''): string {
  if (!existsSync(path))
    writeFileAtomic(path, `${prefix}${randomBytes(BYTES).toString('base64url')}\n`, 0o600);
  return readFileSync(path, 'utf8').trim();
}

/** @returns how the setting ROOT_KEYS names it. Without the file nothing stored can be read. */
export function ownRootKey(path: string): string {
  keptSecret(path);
  return `file:${path}`;
}
