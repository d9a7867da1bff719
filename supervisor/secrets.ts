// Secrets of a data folder, made once and readable by its owner only.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from './atomic-file.js';
import type { Layout } from './layout.js';
import { PlatformError } from './platform-error.js';

const BYTES = 32;

/** The secret kept in a file; a new one where there is none yet. */
export function keptSecret(path: string, prefix = ''): string {
  if (!existsSync(path))
    writeFileAtomic(path, `${prefix}${randomBytes(BYTES).toString('base64url')}\n`, 0o600);
  return readFileSync(path, 'utf8').trim();
}

/** The file of a private Ed25519 key; made where there is none yet. */
export function keptSigningKey(path: string): string {
  if (!existsSync(path)) writeFileAtomic(path, newSigner().privateKey, 0o600);
  return path;
}

/** PEM. */
export const newSigner = () =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/**
 * @returns how the setting ROOT_KEYS names it.
 * @throws PlatformError where it is lost: a new one could read nothing that is stored.
 */
export function ownRootKey({ home, rootKey, keys }: Layout): string {
  if (!existsSync(rootKey) && hasTenants(keys))
    throw new PlatformError(
      `${rootKey} is missing, and nothing in ${home} can be read without it: put it back from its backup`,
    );
  keptSecret(rootKey);
  return `file:${rootKey}`;
}

/** A tenant has a folder there; what begins with "~" is the store's own. */
function hasTenants(keys: string): boolean {
  if (!existsSync(keys)) return false;
  const entries = readdirSync(keys, { withFileTypes: true });
  return entries.some((entry) => entry.isDirectory() && !entry.name.startsWith('~'));
}
