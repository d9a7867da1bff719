// API keys: made from 256 random bits, kept as their SHA-256 and what they begin with.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyRow } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';

/** Shown of a key once it is made: `lk-` and 36 of its bits. */
const shown = 9;

export interface NewKey {
  /** Told once, to whoever asked for it. */
  readonly secret: string;
  readonly values: Pick<KeyRow, 'id' | 'hash' | 'prefix'>;
}

export function createApiKey(): NewKey {
  const secret = `lk-${randomBytes(32).toString('base64url')}`;
  const prefix = secret.slice(0, shown);
  return { secret, values: { id: newId('key-'), hash: hashApiKey(secret), prefix } };
}

export const hashApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Compares two secrets in a time that tells nothing about them. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  );
}

/** The token of `Authorization: Bearer ...`. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
