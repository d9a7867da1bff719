// Signs for which tenant a call to inference is made.

import { SignJWT } from 'jose';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EnvError } from '../errors/env.error.js';
import { ALGORITHM, AUDIENCE, keyId, LIFETIME } from './claim.js';

export class ClaimIssuer {
  private readonly kid: string;

  /** @param service that makes the calls. */
  constructor(
    private readonly service: string,
    private readonly key: KeyObject,
  ) {
    this.kid = keyId(key);
  }

  /** @param file of CLAIM_SIGNING_KEY. @throws EnvError */
  static open(service: string, file: string): ClaimIssuer {
    try {
      const key = createPrivateKey(readFileSync(file));
      if (key.asymmetricKeyType !== 'ed25519') throw new Error(`found ${key.asymmetricKeyType}`);
      return new ClaimIssuer(service, key);
    } catch (error) {
      throw new EnvError([
        `CLAIM_SIGNING_KEY=${file}: expected a PEM file with an Ed25519 private key, ${(error as Error).message}`,
      ]);
    }
  }

  sign(tenant: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, kid: this.kid })
      .setIssuer(this.service)
      .setAudience(AUDIENCE)
      .setSubject(tenant)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME}s`)
      .sign(this.key);
  }
}
