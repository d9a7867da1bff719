// PGlite in a folder, which one process holds.

import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { mkdir } from 'node:fs/promises';
import type { Logger } from '#platform/log/logger.js';
import type { Connection } from './connection.js';
import { FolderLock } from './folder-lock.js';
import { migrate } from './migrate.js';
import type { Sql } from './sql.js';

/** @throws FolderInUseError */
export async function openEmbedded(folder: string, log: Logger): Promise<Connection> {
  await mkdir(folder, { recursive: true });
  const lock = await FolderLock.take(folder);
  const server = await PGlite.create(folder);
  const database = drizzle(server);
  const sql = database as unknown as Sql;
  const close = async (): Promise<void> => {
    await server.close();
    await lock.release();
  };
  try {
    await migrate(sql, (config) => migrateEmbedded(database, config), log);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sql,
    close,
    async listen(channel, { notified, listening }) {
      const end = await server.listen(channel, notified);
      listening();
      return () => end();
    },
  };
}
