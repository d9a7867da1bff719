// Platforms on each kind of artifact store and database, with the places where they keep things.

import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createBucket, useS3 } from '#platform/artifacts/blobs/testing/s3.js';
import type { S3Env } from '#platform/artifacts/open-keyring.js';
import type { PlatformEnv } from '#platform/config/platform-env.js';
import { canStartPostgres, type PostgresServer, startPostgres } from '#testing/postgres.js';
import { hasS3, s3Env } from '#testing/s3-server.js';
import { type DatabaseSearch, searchEmbedded, searchPostgres } from './database-search.js';

export interface Installation {
  /** What services are told, beside what `lethe up` tells them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stores: Pick<PlatformEnv, 'ARTIFACTS' | 'KEYS'> & S3Env;
  /** Folders of servers, beside the one of `lethe up`. */
  readonly folders: readonly string[];
  /** The folder of the database's files: in one of them. */
  readonly database: string;
  readonly searchDatabase: DatabaseSearch;
}

export interface InstallationKind {
  readonly name: string;
  readonly isAvailable: boolean;
  /** Call at the top of a describe; in its tests, what is returned makes the installation. */
  use(): (home: string) => Promise<Installation>;
}

const onFolders: InstallationKind = {
  name: 'folders and PGlite',
  isAvailable: true,
  use: () => async (home) => ({
    variables: {},
    stores: { ARTIFACTS: join(home, 'artifacts'), KEYS: join(home, 'keys') },
    folders: [],
    database: join(home, 'db'),
    searchDatabase: searchEmbedded(join(home, 'db')),
  }),
};

const onServers: InstallationKind = {
  name: 'S3 and PostgreSQL',
  isAvailable: hasS3 && canStartPostgres,
  use: () => {
    const s3 = useS3();
    let postgres: PostgresServer;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres.remove());
    return async () => {
      const { name } = await createBucket(s3.server.url);
      const stores = {
        S3_ENDPOINT: s3.server.url,
        ARTIFACTS: `s3://${name}/artifacts`,
        KEYS: `s3://${name}/keys`,
      };
      return {
        variables: { ...s3Env, ...stores, DATABASE_URL: postgres.url },
        stores,
        folders: [s3.server.folder, postgres.folder],
        database: join(postgres.folder, 'data'),
        searchDatabase: searchPostgres(postgres.url, join(postgres.folder, 'data')),
      };
    };
  },
};

export const installations = [onFolders, onServers];
