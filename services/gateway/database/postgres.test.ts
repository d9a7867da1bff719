// What PostgreSQL may do that PGlite cannot: end a connection.

import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { silent } from '#testing/queue.js';
import { Database } from './database.js';

const postgres = usePostgres();

test.skipIf(!hasPostgres)('a connection that is cut fails its statement alone', async () => {
  const database = await Database.open({ url: postgres.url, dataDir: '' }, silent);
  const cut = sql`SELECT pg_terminate_backend(pg_backend_pid())`;
  await expect(database.sql.execute(cut)).rejects.toThrow();
  const inTransaction = database.sql.transaction(async (tx) => tx.execute(cut));
  await expect(inTransaction).rejects.toThrow();
  await database.check();
  await database.close();
});
