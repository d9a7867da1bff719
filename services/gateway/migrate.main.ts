// Brings a PostgreSQL to this release's schema and ends: status 0 where it is at least that.

import { loadEnv } from '#platform/config/load-env.js';
import { sayableText } from '#platform/log/error-text.js';
import { createLogger } from '#platform/log/logger.js';
import { openPostgres } from './database/postgres.js';
import { newestMigration } from './database/schema-state.js';
import { migrateEnvSchema } from './env.js';

const env = loadEnv(migrateEnvSchema);
const log = createLogger({ service: 'migrate', level: env.LOG_LEVEL });
try {
  const database = await openPostgres(env.DATABASE_URL, log, { waitMs: env.MIGRATE_TIMEOUT_MS });
  await database.close();
  log.info({ migration: newestMigration().tag }, 'the database has the schema of this release');
} catch (err) {
  log.fatal({ err }, `cannot migrate: ${sayableText(err)}`);
  process.exitCode = 1;
}
