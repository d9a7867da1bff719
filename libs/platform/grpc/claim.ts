// A claim says for which tenant a call is made: a JWT, signed by the service that makes the call.

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** Metadata key: the claim follows the word Bearer. */
export const CLAIM = 'authorization';
export const AUDIENCE = 'inference';
export const ALGORITHM = 'EdDSA';

/** Both in seconds; a claim is accepted for their sum, 60, at the most. */
export const LIFETIME = 45;
/** By how much clocks of two machines may differ. */
export const TOLERANCE = 15;

/** The same for both halves of a key pair; tells keys apart during a rotation. */
export function keyId(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(half.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}
