// All implementations, for tests that hold for each of them.

import { useTempFolder } from '#testing/temp-store.js';
import type { BlobStore } from '../blob-store.js';
import { FolderBlobs } from '../folder-blobs.js';

export interface TestedStore {
  readonly name: string;
  /** Within a test. */
  open(): BlobStore;
}

/** Call at the top of a file. */
export function blobStores(): TestedStore[] {
  const folder = useTempFolder();
  return [{ name: 'a folder', open: () => new FolderBlobs(folder.path) }];
}
