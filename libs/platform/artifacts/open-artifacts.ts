// The artifact store that a process is told to use, and who makes and erases its spaces.

import type { PlatformEnv } from '../config/platform-env.js';
import type { ArtifactStore } from './artifact-store.js';
import { FolderBlobs } from './blobs/folder-blobs.js';
import { Keyring } from './keys/keyring.js';
import { openRootKey } from './keys/open-root-keys.js';
import type { RootKey } from './keys/root-key.js';
import { SealedArtifactStore } from './sealed-artifact-store.js';
import { SpaceKeeper } from './space-keeper.js';

export interface Artifacts {
  readonly store: ArtifactStore;
  readonly keeper: SpaceKeeper;
}

/** @throws UnusableSecretError for a root key that cannot be read */
export async function openArtifacts(
  env: Pick<PlatformEnv, 'ARTIFACTS_DIR' | 'KEYS_DIR' | 'ROOT_KEYS'>,
): Promise<Artifacts> {
  const blobs = new FolderBlobs(env.ARTIFACTS_DIR);
  const roots = await Promise.all(env.ROOT_KEYS.map(openRootKey));
  const keyring = new Keyring(new FolderBlobs(env.KEYS_DIR), roots as [RootKey, ...RootKey[]]);
  return {
    store: new SealedArtifactStore(blobs, keyring),
    keeper: new SpaceKeeper(blobs, keyring),
  };
}
