// Folders and artifact stores that live as long as the tests of one file.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { FolderArtifactStore } from '#platform/artifacts/folder-artifact-store.js';

/** Call at the top of a describe or a file; `path` is set when its tests run. */
export function useTempFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'lethe-test-'));
  });
  afterAll(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}

/** Call at the top of a describe or a file; use `store` inside of its tests. */
export function useTempStore(): { readonly path: string; readonly store: ArtifactStore } {
  const folder = useTempFolder();
  return {
    get path() {
      return folder.path;
    },
    get store() {
      return new FolderArtifactStore(folder.path);
    },
  };
}
