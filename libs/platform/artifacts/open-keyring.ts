// The keys that a process is told to use, wherever they are.

import type { PlatformEnv } from '../config/platform-env.js';
import { openBlobStore } from './blobs/open-blob-store.js';
import type { S3Settings } from './blobs/s3/s3-client.js';
import { Keyring } from './keys/keyring.js';
import { openRootKey } from './keys/open-root-keys.js';
import type { RootKey } from './keys/root-key.js';

export type S3Env = Pick<PlatformEnv, 'S3_ENDPOINT' | 'S3_REGION' | 'S3_PATH_STYLE'>;
export type KeyringEnv = Pick<PlatformEnv, 'KEYS' | 'ROOT_KEYS'> & S3Env;

export const s3SettingsOf = (env: S3Env): S3Settings => ({
  endpoint: env.S3_ENDPOINT,
  region: env.S3_REGION,
  pathStyle: env.S3_PATH_STYLE ?? env.S3_ENDPOINT !== undefined,
});

/** @throws UnusableSecretError for a root key that cannot be read; UnusableBucketError */
export async function openKeyring(env: KeyringEnv): Promise<Keyring> {
  const roots = await Promise.all(env.ROOT_KEYS.map(openRootKey));
  const keys = await openBlobStore(env.KEYS, s3SettingsOf(env));
  return new Keyring(keys, roots as [RootKey, ...RootKey[]]);
}
