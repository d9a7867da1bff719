// The artifact store that a process is told to use, and who makes and erases its spaces.

import type { PlatformEnv } from '../config/platform-env.js';
import { EnvError } from '../errors/env.error.js';
import type { ArtifactStore } from './artifact-store.js';
import { overlap } from './blobs/location.js';
import { openBlobStore } from './blobs/open-blob-store.js';
import { EarlierArtifacts } from './earlier-artifacts.js';
import { type KeyringEnv, openKeyring, s3SettingsOf } from './open-keyring.js';
import { SealedArtifactStore } from './sealed-artifact-store.js';
import { SpaceKeeper } from './space-keeper.js';

export interface Artifacts {
  readonly store: ArtifactStore;
  readonly keeper: SpaceKeeper;
  readonly earlier: EarlierArtifacts;
}

type ArtifactsEnv = Pick<PlatformEnv, 'ARTIFACTS'> & KeyringEnv;

/**
 * @throws EnvError where keys and what they seal lie in one place; UnusableSecretError for a root
 * key that cannot be read; UnusableBucketError
 */
export async function openArtifacts(env: ArtifactsEnv): Promise<Artifacts> {
  if (overlap(env.ARTIFACTS, env.KEYS))
    throw new EnvError([`KEYS="${env.KEYS}": expected a place apart from ARTIFACTS`]);
  const blobs = await openBlobStore(env.ARTIFACTS, s3SettingsOf(env));
  const keyring = await openKeyring(env);
  return {
    store: new SealedArtifactStore(blobs, keyring),
    keeper: new SpaceKeeper(blobs, keyring),
    earlier: new EarlierArtifacts(blobs),
  };
}
