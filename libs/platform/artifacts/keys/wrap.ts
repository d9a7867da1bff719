// One key under another: AES-256-GCM, with what the key is for as associated data.

import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';

/** Bytes of every key. */
export const KEY = 32;

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
/** In bytes; the nonce is random, as one key wraps far fewer than 2^32 others. */
const [NONCE, TAG] = [12, 16];
const WRAPPED = 1 + NONCE + KEY + TAG;

/** @returns version (1 byte), nonce (12), sealed key (32), tag (16). */
export function wrapKey(by: KeyObject, key: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, by, nonce).setAAD(Buffer.from(context));
  const sealed = [cipher.update(key), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([Buffer.of(VERSION), nonce, ...sealed]);
}

/** @throws UnreadableKeyError */
export function unwrapKey(by: KeyObject, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped.length !== WRAPPED || wrapped[0] !== VERSION)
    throw new UnreadableKeyError(
      `the ${context} is damaged: expected ${WRAPPED} bytes of version ${VERSION}`,
    );
  const nonce = wrapped.subarray(1, 1 + NONCE);
  const decipher = createDecipheriv(ALGORITHM, by, nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(wrapped.subarray(-TAG));
  const key = decipher.update(wrapped.subarray(1 + NONCE, -TAG));
  try {
    decipher.final();
    return key;
  } catch {
    throw new UnreadableKeyError(`the ${context} is damaged, or was wrapped by another key`);
  }
}
