// PGlite in a folder, which one process holds.

import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { openAsBlob } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { makeFolder, syncTree } from '#platform/artifacts/blobs/durable-file.js';
import type { Logger } from '#platform/log/logger.js';
import { lockFile } from '#process/file-lock.js';
import { releaseLock, takeLock } from '#process/process-lock.js';
import type { Connection } from './connection.js';
import { DamagedDatabaseError } from './damaged-database.error.js';
import { DurableFolder } from './durable-folder.js';
import { keepTrimmed, logParams, trimLog } from './embedded-log.js';
import { FolderInUseError } from './folder-in-use.error.js';
import { migrate } from './migrate.js';
import type { Sql } from './sql.js';

/** @throws FolderInUseError, DamagedDatabaseError */
export async function openEmbedded(folder: string, log: Logger): Promise<Connection> {
  await makeFolder(folder);
  // It makes files that everybody may read and write: let nobody come to them.
  await chmod(folder, 0o700);
  // Two databases on one folder would corrupt it.
  const lock = `${folder}.lock`;
  const holder = await takeLock(lock);
  if (holder !== null) throw new FolderInUseError(folder, `process ${holder}`);
  // Another container's processes are none of those here, so that its lock looks like a dead one's.
  const file = await lockFile(`${folder}.held`);
  if (file === null) throw new FolderInUseError(folder, 'a process of another container');
  const free = async (): Promise<void> => {
    await releaseLock(lock);
    await file.release();
  };
  const server = await openServer(folder).catch(async (error: unknown) => {
    await free();
    throw error;
  });
  const database = drizzle(server);
  const sql = database as unknown as Sql;
  const close = async (): Promise<void> => {
    await server.close();
    await free();
  };
  try {
    await migrate(sql, (config) => migrateEmbedded(database, config), log);
  } catch (error) {
    await close();
    throw error;
  }
  const endTrimming = keepTrimmed(server, log);
  return {
    sql,
    trimLog: () => trimLog(server),
    close() {
      endTrimming();
      return close();
    },
    async listen(channel, { notified, listening }) {
      const end = await server.listen(channel, notified);
      listening();
      return () => end();
    },
  };
}

/** What makes a folder a database; without it a new, empty one would be made over the old. */
const MARK = 'PG_VERSION';

/** Made by the build: to copy it takes a third of the time that PostgreSQL takes to make one. */
const empty = new URL('empty.tar.gz', import.meta.url);

const options = (folder: string): PGliteOptions => ({
  fs: new DurableFolder(folder),
  startParams: [...DurableFolder.startParams, ...logParams],
});

async function newServer(folder: string): Promise<PGlite> {
  const loadDataDir = await openAsBlob(empty, { type: 'application/x-gzip' });
  const server = await PGlite.create({ ...options(folder), loadDataDir });
  // What makes a new database is written without a flush.
  await syncTree(folder);
  return server;
}

async function openServer(folder: string): Promise<PGlite> {
  const files = await readdir(folder);
  if (files.length > 0 && !files.includes(MARK))
    throw new DamagedDatabaseError(folder, `${MARK} is missing`);
  try {
    return files.length === 0 ? await newServer(folder) : await PGlite.create(options(folder));
  } catch (error) {
    if (files.length === 0) throw error;
    throw new DamagedDatabaseError(folder, 'it does not start', { cause: error });
  }
}
