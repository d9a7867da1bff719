// All sealed bytes that a platform ever had, as a backup would: what the keys that remain still
// open of them.

import { createHash } from 'node:crypto';
import type { BlobStore } from '#platform/artifacts/blobs/blob-store.js';
import type { SpaceKey } from '#platform/artifacts/keys/space-key.js';
import { openBytes } from '#platform/artifacts/sealing/open-sealed.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { blobsOf } from './blobs-of.js';

interface Sealed {
  /** tenant/space/name */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Opened {
  readonly space: string;
  readonly bytes: Buffer;
}

export class SealedBytes {
  private readonly kept = new Map<string, Sealed>();

  /** Adds what a store has now. */
  async keep(store: BlobStore): Promise<void> {
    for await (const { path, bytes } of blobsOf(store))
      this.kept.set(`${path} ${createHash('sha256').update(bytes).digest('hex')}`, { path, bytes });
  }

  /** Tries every key on everything, whosoever it is. */
  openedBy(keys: readonly SpaceKey[]): Opened[] {
    return [...this.kept.values()].flatMap((sealed) =>
      keys.flatMap((key) => open(sealed, key) ?? []),
    );
  }
}

function open({ path, bytes }: Sealed, key: SpaceKey): Opened | undefined {
  const [tenant = '', space = '', ...parts] = path.split('/');
  // Bytes are bound to their place: without theirs, no other space's key would have a chance.
  const place = (name: string): string => `${tenant}/${space}/${name}`;
  const there = Object.create(key, { path: { value: place } }) as SpaceKey;
  try {
    return { space, bytes: openBytes(bytes, there, parts.join('/')) };
  } catch (error) {
    if (CorruptArtifactError.isInstance(error)) return undefined;
    throw error;
  }
}
