// A job that is made while what it needs is deleted: it was read before the deletion, which is
// recorded before the job is, and has not given back its references yet.

import { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { dataSet, type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { createBase } from '../testing/knowledge-base.js';

describe.skipIf(!hasPostgres)('a job is not made of', () => {
  const postgres = usePostgres();
  const gateway = useGateway(() => ({ DATABASE_URL: postgres.url }));
  let tenant: TestTenant;
  /** Locks the tenant while its transaction is open. */
  let locking: Client;
  let database: Client;

  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    return client;
  };
  beforeAll(async () => {
    tenant = await gateway.tenant('acme');
  });
  beforeEach(async () => {
    [locking, database] = [await connect(), await connect()];
  });
  afterEach(async () => {
    await locking.end();
    await database.end();
  });

  const tenantIsAwaited = async (): Promise<boolean> => {
    const { rowCount } = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
       AND wait_event_type = 'Lock' AND query LIKE '%from "tenants"%for no key update'`,
    );
    return rowCount === 1;
  };

  /** Has `create` read what it needs, records that this is deleted, and lets it go on. */
  async function race<T>(create: () => Promise<T>, table: string, id: string): Promise<T> {
    await locking.query('BEGIN');
    await locking.query('SELECT 1 FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [tenant.id]);
    const created = create();
    created.catch(() => {}); // It may be refused before anybody waits for it.
    await expect.poll(tenantIsAwaited, { timeout: 30_000 }).toBe(true);
    await database.query(`UPDATE ${table} SET deleted_at = now() WHERE id = $1`, [id]);
    await locking.query('COMMIT');
    return created;
  }

  test('a file that has been deleted and is not yet erased', async () => {
    const file = dataSet([['q', 'a']]);
    const { id } = await tenant.client.files.create({ file, purpose: 'fine-tune' });
    const create = () =>
      tenant.client.fineTuning.jobs.create({ model: baseModel, training_file: id });
    await expect(race(create, 'files', id)).rejects.toMatchObject({
      status: 404,
      code: 'file_not_found',
    });
  });

  test('a knowledge base that has been deleted and is not yet erased', async () => {
    const { id } = await createBase(tenant, [{ id: 'm1', name: 'Balovex', attributes: {} }]);
    const method = { type: 'knowledge_tuning', knowledge_tuning: { knowledge_base: id } };
    const create = () =>
      tenant.client.fineTuning.jobs.create({ model: baseModel, method } as never);
    await expect(race(create, 'knowledge_bases', id)).rejects.toMatchObject({
      status: 409,
      code: 'version_conflict',
    });
  });
});
