// What the services of a platform show each other: certificates for the connection, and keys that
// sign for whom a call is made.

import { join } from 'node:path';
import { writeFileAtomic } from '../atomic-file.js';
import { newSigner } from '../secrets.js';
import { Authority, type Role, type Validity } from './authority.js';

/** Long: they are made again whenever a platform starts. */
const years = 10;

/**
 * Writes all of them anew into a folder, the keys for their owner alone.
 * @returns each service's variables, which name its files.
 */
export async function writeIdentities(folder: string) {
  const keep = (file: string, content: string, mode?: number): string => {
    const path = join(folder, file);
    writeFileAtomic(path, content, mode);
    return path;
  };
  const authority = await Authority.create(fromNow());
  const ca = keep('ca.pem', authority.certificate);
  const identify = async (name: string, role: Role) => {
    const { certificate, key } = await authority.issue(name, role);
    return {
      GRPC_CA: ca,
      GRPC_CERT: keep(`${name}.pem`, certificate),
      GRPC_KEY: keep(`${name}.key`, key, 0o600),
    };
  };
  const callerOf = async (name: string, { privateKey }: Signer) => ({
    ...(await identify(name, 'client')),
    CLAIM_SIGNING_KEY: keep(`${name}-claims.key`, privateKey, 0o600),
  });
  const [gateway, augmentation, evaluation] = [newSigner(), newSigner(), newSigner()];
  const known = [gateway, augmentation, evaluation].map(({ publicKey }) => publicKey).join('');
  return {
    inference: {
      ...(await identify('inference', 'server')),
      CLAIM_PUBLIC_KEYS: keep('claims.pem', known),
    },
    gateway: await callerOf('gateway', gateway),
    augmentation: await callerOf('augmentation', augmentation),
    evaluation: await callerOf('evaluation', evaluation),
  };
}

function fromNow(): Validity {
  const notBefore = new Date();
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notBefore.getFullYear() + years);
  return { notBefore, notAfter };
}

type Signer = ReturnType<typeof newSigner>;
