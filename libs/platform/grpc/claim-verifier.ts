// Finds out for which tenant a call is made.

import { type Metadata, status } from '@grpc/grpc-js';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EnvError } from '../errors/env.error.js';
import { ALGORITHM, AUDIENCE, CLAIM, keyId, LIFETIME, TOLERANCE } from './claim.js';
import { RpcError } from './rpc-error.js';

/** A certificate is the other form in which a public key is handed around. */
const BLOCK = /-----BEGIN (PUBLIC KEY|CERTIFICATE)-----[^-]+-----END \1-----/g;

export class ClaimVerifier {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  /** @param keys each of them is accepted. */
  constructor(keys: readonly KeyObject[]) {
    this.keys = new Map(keys.map((key) => [keyId(key), key]));
  }

  /** @param file of CLAIM_PUBLIC_KEYS. @throws EnvError */
  static open(file: string): ClaimVerifier {
    try {
      const blocks = readFileSync(file, 'utf8').match(BLOCK) ?? [];
      const keys = blocks.map((pem) => createPublicKey(pem));
      const odd = keys.find(({ asymmetricKeyType: type }) => type !== 'ed25519');
      if (odd || keys.length === 0) throw new Error(`found ${odd?.asymmetricKeyType ?? 'none'}`);
      return new ClaimVerifier(keys);
    } catch (error) {
      throw new EnvError([
        `CLAIM_PUBLIC_KEYS=${file}: expected a PEM file with Ed25519 public keys, ${(error as Error).message}`,
      ]);
    }
  }

  /** @returns the tenant's id. @throws RpcError UNAUTHENTICATED */
  async tenantOf(metadata: Metadata): Promise<string> {
    const claim = /^Bearer (.+)$/.exec(String(metadata.get(CLAIM)[0]))?.[1];
    if (!claim) throw refusal('none was sent');
    try {
      const { payload } = await jwtVerify(claim, (header) => this.keyOf(header), {
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
        requiredClaims: ['iss', 'sub', 'exp'],
        maxTokenAge: LIFETIME,
        clockTolerance: TOLERANCE,
      });
      if (!payload.sub) throw refusal('it names nobody');
      return payload.sub;
    } catch (error) {
      throw error instanceof errors.JOSEError ? refusal(error.code) : error;
    }
  }

  private keyOf({ kid = '' }: JWTHeaderParameters): KeyObject {
    const key = this.keys.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

const refusal = (why: string): RpcError =>
  new RpcError(
    status.UNAUTHENTICATED,
    `a signed claim of the tenant is needed, expected one that is valid now: ${why}`,
  );
