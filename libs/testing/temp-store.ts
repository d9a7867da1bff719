// Folders and artifact stores that live as long as the tests of one file.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { type Artifacts, openArtifacts } from '#platform/artifacts/open-artifacts.js';
import type { SpaceKeeper } from '#platform/artifacts/space-keeper.js';

/** Call at the top of a describe or a file; `path` is set when its tests run. */
export function useTempFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'lethe-test-'));
  });
  afterAll(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}

export interface TestStore {
  readonly store: ArtifactStore;
  readonly keeper: SpaceKeeper;
  /** The space, made where there is none yet. */
  space(tenantId: string, id?: string): Promise<ArtifactSpace>;
}

/** What a process is told of the store in a folder. */
export const testStoreEnv = (path: string) => ({
  ARTIFACTS: join(path, 'artifacts'),
  KEYS: join(path, 'keys'),
  ROOT_KEYS: `base64:${Buffer.alloc(32, 7).toString('base64')}`,
});

export async function openTestStore(path: string): Promise<TestStore> {
  const { ROOT_KEYS, ...folders } = testStoreEnv(path);
  return withSpaces(await openArtifacts({ ...folders, ROOT_KEYS: [ROOT_KEYS] }));
}

export function withSpaces({ store, keeper }: Pick<Artifacts, 'store' | 'keeper'>): TestStore {
  return {
    store,
    keeper,
    async space(tenantId, id = 'space') {
      await keeper.create(tenantId, id);
      return store.scope(tenantId).space(id);
    },
  };
}

/** Call at the top of a describe or a file; use it inside of its tests. */
export function useTempStore(): TestStore & { readonly path: string } {
  const folder = useTempFolder();
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore(folder.path);
  });
  return {
    get path() {
      return folder.path;
    },
    get store() {
      return opened.store;
    },
    get keeper() {
      return opened.keeper;
    },
    space: (tenantId, id) => opened.space(tenantId, id),
  };
}
