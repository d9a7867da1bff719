// A root key as text, in a file or in a variable: what `openssl rand -base64 32` prints.

import { randomBytes } from 'node:crypto';
import { UnusableSecretError } from '../../errors/unusable-secret.error.js';
import { LocalRootKey } from './local-root-key.js';
import { createSecretFile, readSecretFile } from './secret-file.js';
import { KEY } from './wrap.js';

/** 32 bytes are 43 characters of base64 and a "=", or of base64url without it. */
const TEXT = /^[A-Za-z0-9+/_-]{43}=?$/;

/** @param source where the text comes from, for the error. @throws UnusableSecretError */
export function parseRootKey(text: string, source: string): LocalRootKey {
  const trimmed = text.trim();
  if (TEXT.test(trimmed)) return new LocalRootKey(Buffer.from(trimmed, 'base64'));
  throw new UnusableSecretError(
    `${source} holds no root key: expected 32 bytes in base64, as "openssl rand -base64 32" prints them`,
  );
}

/** @throws UnusableSecretError */
export async function readRootKeyFile(path: string): Promise<LocalRootKey> {
  return parseRootKey(await readSecretFile(path), path);
}

/** @returns false, and changes nothing, where the file exists. */
export function createRootKeyFile(path: string): Promise<boolean> {
  return createSecretFile(path, `${randomBytes(KEY).toString('base64')}\n`);
}
