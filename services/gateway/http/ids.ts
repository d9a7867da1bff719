// Public identifiers: a prefix that tells the kind, and 120 random bits.

import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghijklmnopqrstuv';

export function newId(prefix: string): string {
  return prefix + Array.from(randomBytes(24), (byte) => alphabet[byte & 31]).join('');
}
