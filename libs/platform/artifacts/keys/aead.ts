// Short bytes under one key: AES-256-GCM with a random nonce, as one key seals far fewer than 2^32.

import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
/** In bytes. */
const [NONCE, TAG] = [12, 16];

/** Bytes that sealing adds. */
export const OVERHEAD = 1 + NONCE + TAG;

/**
 * @param context what the bytes are for: associated data.
 * @returns version (1 byte), nonce (12), sealed bytes, tag (16).
 */
export function encrypt(by: KeyObject, bytes: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, by, nonce).setAAD(Buffer.from(context));
  const sealed = [cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([Buffer.of(VERSION), nonce, ...sealed]);
}

/** @returns null for what is damaged, of another version, or sealed by another key or context. */
export function decrypt(by: KeyObject, sealed: Uint8Array, context: string): Buffer | null {
  if (sealed.length < OVERHEAD || sealed[0] !== VERSION) return null;
  const nonce = sealed.subarray(1, 1 + NONCE);
  const decipher = createDecipheriv(ALGORITHM, by, nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-TAG));
  const bytes = decipher.update(sealed.subarray(1 + NONCE, -TAG));
  try {
    decipher.final();
    return bytes;
  } catch {
    return null;
  }
}
