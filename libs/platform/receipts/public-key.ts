// What verifies receipts.

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { UnusableSecretError } from '../errors/unusable-secret.error.js';

const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

export class PublicKey {
  /** SHA-256 of the key in DER, in hex: the same wherever the key is. */
  readonly id: string;
  readonly pem: string;

  private constructor(private readonly key: KeyObject) {
    const der = key.export({ type: 'spki', format: 'der' });
    this.id = createHash('sha256').update(der).digest('hex');
    this.pem = String(key.export({ type: 'spki', format: 'pem' }));
  }

  /** @param key private or public, or PEM. @throws Error for what is no Ed25519 key */
  static of(key: KeyObject | string): PublicKey {
    const isPublic = typeof key !== 'string' && key.type === 'public';
    const known = isPublic ? key : createPublicKey(key as string);
    if (known.asymmetricKeyType !== 'ed25519') throw new TypeError('expected an Ed25519 key');
    return new PublicKey(known);
  }

  verifies(bytes: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, bytes, this.key, signature);
  }
}

/**
 * All keys of a file: earlier ones, too, where the key has changed.
 * @throws UnusableSecretError
 */
export function parsePublicKeys(text: string, source: string): readonly PublicKey[] {
  try {
    const keys = (text.match(PEM) ?? []).map((pem) => PublicKey.of(pem));
    if (keys.length > 0) return keys;
  } catch {
    // Said below.
  }
  throw new UnusableSecretError(`${source} holds no public key: expected Ed25519 in PEM`);
}
