// A tuned model for tests, as a job leaves its record.

import type { INestApplicationContext } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Database } from '../database/database.js';
import { models } from '../database/schema.js';
import { TAIL, tunedPrefix } from '../models/model-name.js';
import type { TestTenant } from './gateway.js';
import { baseModel } from './inference.js';

type Own = Pick<typeof models.$inferInsert, 'knowledgeBaseId' | 'grounding' | 'decoding'>;

/** @returns its name, which the record has in clear, as an earlier release's. */
export async function addTunedModel(
  app: INestApplicationContext,
  tenant: TestTenant,
  own: Own = {},
): Promise<string> {
  const jobId = `ftjob-${randomBytes(TAIL / 2).toString('hex')}`;
  const id = `${tunedPrefix}${baseModel}:${tenant.name}::${jobId.slice(-TAIL)}`;
  const made = { id, jobId, tenantId: tenant.id, base: baseModel, adapter: 'a'.repeat(64) };
  await app
    .get(Database)
    .sql.insert(models)
    .values({ ...made, ...own });
  return id;
}
