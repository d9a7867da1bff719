// One key under another, with what the key is for as associated data.

import type { KeyObject } from 'node:crypto';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import { decrypt, encrypt, OVERHEAD } from './aead.js';

/** Bytes of every key. */
export const KEY = 32;

const WRAPPED = OVERHEAD + KEY;

/** @returns version (1 byte), nonce (12), sealed key (32), tag (16). */
export const wrapKey = (by: KeyObject, key: Uint8Array, context: string): Buffer =>
  encrypt(by, key, context);

/** @throws UnreadableKeyError */
export function unwrapKey(by: KeyObject, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped.length !== WRAPPED)
    throw new UnreadableKeyError(`the ${context} is damaged: expected ${WRAPPED} bytes`);
  const key = decrypt(by, wrapped, context);
  if (key) return key;
  throw new UnreadableKeyError(`the ${context} is damaged, or was wrapped by another key`);
}
