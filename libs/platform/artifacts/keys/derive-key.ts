// Keys for one purpose each, from a key for several.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { KEY } from './wrap.js';

/** HKDF-SHA-256. */
export function deriveKey(
  from: Uint8Array | KeyObject,
  salt: Uint8Array | string,
  purpose: string,
): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', from, salt, purpose, KEY)));
}
