// The key that signs receipts: Ed25519, as PEM in a file that its owner alone may read.

import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createSecretFile, readSecretFile } from '../artifacts/keys/secret-file.js';
import { UnusableSecretError } from '../errors/unusable-secret.error.js';
import { PublicKey } from './public-key.js';

export class SigningKey {
  readonly public: PublicKey;

  /** @param key Ed25519. */
  constructor(private readonly key: KeyObject) {
    this.public = PublicKey.of(key);
  }

  sign(bytes: Uint8Array): Buffer {
    return sign(null, bytes, this.key);
  }
}

/** @returns false, and changes nothing, where the file exists. */
export function createSigningKeyFile(path: string): Promise<boolean> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return createSecretFile(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

/** @throws UnusableSecretError */
export async function readSigningKeyFile(path: string): Promise<SigningKey> {
  return new SigningKey(parse(await readSecretFile(path), path));
}

function parse(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without the reason: it could quote the key.
  }
  throw new UnusableSecretError(
    `${path} holds no key that signs receipts: expected Ed25519 in PEM, as "lethe keys create --signing" makes it`,
  );
}
