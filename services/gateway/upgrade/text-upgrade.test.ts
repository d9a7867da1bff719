import { sql } from 'drizzle-orm';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import { accountSpace, jobSpace, modelSpace } from '#contracts/spaces.js';
import { silent } from '#testing/queue.js';
import { useTempStore } from '#testing/temp-store.js';
import { Collector } from '../artifacts/collector.js';
import type { Database } from '../database/database.js';
import { tenants } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import { statements as earlierVersion } from '../database/testing/before-journal.js';
import { filenamePlace } from '../files/file-object.js';
import { tellEvents, tellJobs } from '../jobs/job-words.js';
import { openModels } from '../models/model-name.js';
import { tellKeys } from '../tenants/key-name.js';
import { openName } from '../tenants/tenant-name.js';
import { eachDatabase } from '../testing/databases.js';
import { TextReader } from '../texts/text-reader.js';
import { OwnedSpaces } from './owned-spaces.js';
import { TextUpgrade } from './text-upgrade.js';

const artifacts = useTempStore();

const request = {
  model: 'ft:m:acme:canary-before:12345678',
  training_file: 'file-0',
  suffix: 'canary-suffix',
  seed: 7,
  metadata: { 'canary-key': 'canary "value"' },
  method: { type: 'supervised', supervised: {} },
};
const name = 'ft:m:acme:canary-suffix:job-full';
const error = { code: 'train_failed', message: 'canary-error', param: null };
const FILES = 250;

/** As an earlier release wrote them. */
const texts = [
  `INSERT INTO files (id, tenant_id, filename, purpose, bytes, rows, hash)
    SELECT 'file-' || i, 't', 'canary ' || i || '.jsonl', 'fine-tune', 1, 1, 'a' FROM generate_series(0, ${FILES - 1}) i`,
  `INSERT INTO jobs (id, tenant_id, status, request, base, data, trace_id, fine_tuned_model, error)
    VALUES ('job-full', 't', 'succeeded', '${JSON.stringify(request)}', 'm', '{}', '', '${name}', '${JSON.stringify(error)}')`,
  `INSERT INTO job_events (id, tenant_id, job_id, key, level, type, message)
    VALUES ('e1', 't', 'job-full', 'model', 'info', 'message', 'New fine-tuned model created: ${name}'),
      ('e2', 't', 'job-full', 'ended', 'error', 'message', 'canary-error')`,
  `UPDATE tenants SET name = 'canary-tenant'`,
  `INSERT INTO models (id, tenant_id, base, adapter, job_id) VALUES ('${name}', 't', 'm', 'a', 'job-full')`,
];

eachDatabase((create) => {
  test('seals what an earlier release kept in clear, once and for all', async () => {
    const place = await create();
    await place.execute([...earlierVersion, ...texts]);
    const database = await place.open();
    onTestFinished(() => database.close());
    await database.sql.execute(sql`UPDATE files SET deleted_at = now() WHERE id = 'file-9'`);
    await database.sql.execute(
      sql`INSERT INTO api_keys (id, tenant_id, name, hash) VALUES ('key-1', 't', 'canary-key', 'h')`,
    );
    // Samples of what the tables say.
    await database.sql.execute(sql`ANALYZE`);
    const spaces = new OwnedSpaces(artifacts.keeper, artifacts.store);
    const upgrade = new TextUpgrade(database, spaces, silent);

    const records = new TenantRecords(database.sql, 't');
    const tenant = artifacts.store.scope('t');
    const told = async () => {
      const files = (await records.files.select()).toSorted((a, b) => a.seq - b.seq);
      const fileSpaces = files.map(({ id }) => id);
      const reader = await TextReader.load(tenant, fileSpaces, silent);
      const jobs = await records.jobs.select();
      const [row] = await database.sql.select().from(tenants);
      return {
        tenant: await openName(tenant, row!, silent),
        keys: await tellKeys(tenant, await records.keys.select(), silent),
        files: files.map(({ id, filename }) => reader.read(filename, id, filenamePlace(id))),
        jobs: (await tellJobs(tenant, jobs, silent))
          .toSorted((a, b) => a.seq - b.seq)
          .map((job) => ({ ...job, idempotencyKey: null })),
        events: await tellEvents(tenant, 'job-full', await records.events.select(), silent),
        models: await openModels(tenant, await records.models.select(), silent),
      };
    };
    const clear = await told();
    expect(clear).toMatchObject({ tenant: 'canary-tenant', keys: [{ name: 'canary-key' }] });
    expect(clear.files).toHaveLength(FILES - 1);
    expect(clear.jobs[1]).toMatchObject({ request, fineTunedModel: name, error });
    expect(clear.models).toMatchObject([{ name }]);
    expect(await dump(database)).toContain('canary');

    await upgrade.run();
    // But for one that was being erased.
    if (place.folder) expect(bytesBelow(place.folder)).not.toMatch(/canary(?! 9\.jsonl)/i);
    await database.sql.execute(sql`DELETE FROM files WHERE id = 'file-9'`);
    const sealed = await dump(database);
    expect(sealed).not.toMatch(/canary/i);
    expect(await told()).toMatchObject({ ...clear, models: [{ name, jobId: 'job-full' }] });
    expect((await records.models.find(modelSpace('job-full')))?.adapter).toBe('a');
    expect(jobRequestSchema.parse((await told()).jobs[1]!.request)).toMatchObject({ seed: 7 });

    await upgrade.run();
    expect(await dump(database)).toBe(sealed);
    // Held by their records: what has no reference is erased.
    const collector = new Collector(database, artifacts.keeper);
    const held = [accountSpace, 'key-1', 'file-0', jobSpace('job-full'), modelSpace('job-full')];
    expect(await collector.collect('t', [...held, 'file-9'])).toEqual(['file-9']);
    await artifacts.keeper.eraseTenant('t');
  });
});

async function dump(database: Database): Promise<string> {
  const { rows } = (await database.sql.execute(sql`
    SELECT t::text AS text FROM tenants t UNION ALL SELECT t::text FROM api_keys t
    UNION ALL SELECT t::text FROM files t UNION ALL SELECT t::text FROM jobs t
    UNION ALL SELECT t::text FROM job_events t UNION ALL SELECT t::text FROM models t
    ORDER BY text`)) as unknown as { rows: { text: string }[] };
  return rows.map(({ text }) => text).join('\n');
}

const bytesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
