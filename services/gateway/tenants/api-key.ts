// API keys: made from 256 random bits, kept as their SHA-256 alone.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const createApiKey = (): string => `lk-${randomBytes(32).toString('base64url')}`;

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
