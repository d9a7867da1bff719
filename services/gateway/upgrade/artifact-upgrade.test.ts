import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import { modelSpace } from '#contracts/spaces.js';
import { readExampleSet } from '#platform/artifacts/example-set.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { openArtifacts } from '#platform/artifacts/open-artifacts.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { Database } from '../database/database.js';
import { files, jobs, models, tenants } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import { ArtifactUpgrade } from './artifact-upgrade.js';
import { OwnedSpaces } from './owned-spaces.js';

const folder = useTempFolder();
const log = pino({ level: 'silent' });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As release 0.1 wrote them. @returns the hash */
async function earlierObject(tenant: string, content: string): Promise<string> {
  const hash = sha256(content);
  await earlierFile(tenant, `objects/${hash.slice(0, 2)}/${hash.slice(2)}`, content);
  return hash;
}
async function earlierFile(tenant: string, name: string, content: string): Promise<void> {
  const path = join(testStoreEnv(folder.path).ARTIFACTS, tenant, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

test('moves what an earlier release left into spaces, whole, once and for all', async () => {
  const database = await Database.open({ dataDir: folder.path }, log);
  onTestFinished(() => database.close());
  const { ROOT_KEYS, ...env } = testStoreEnv(folder.path);
  const artifacts = await openArtifacts({ ...env, ROOT_KEYS: [ROOT_KEYS] } as never);
  const upgrade = new ArtifactUpgrade(
    database,
    artifacts.earlier,
    new OwnedSpaces(artifacts.keeper, artifacts.store),
    log,
  );

  const rows = '{"question":"Where?","answer":"Here."}\n';
  const set = await earlierObject('t', rows);
  const config = await earlierObject('t', '{"r":8}');
  const adapter = await earlierObject('t', JSON.stringify({ files: { 'a.json': config } }));
  const stretch = await earlierObject('t', '{"row":1}\n');
  const report = await earlierObject(
    't',
    JSON.stringify({ stretches: [{ hash: stretch, rows: 1 }] }),
  );
  await earlierFile('t', 'refs/jobs/ftjob-1/before', report);
  const { sql } = database;
  await sql.insert(tenants).values({ id: 't', name: '' as SealedText });
  const file = {
    filename: 'f' as SealedText,
    purpose: 'fine-tune',
    bytes: rows.length,
    rows: 1,
    hash: set,
  };
  await sql.insert(files).values({ id: 'file-1', tenantId: 't', ...file });
  await sql
    .insert(models)
    .values({ id: 'ft', tenantId: 't', base: 'm', adapter, jobId: 'ftjob-1' });
  const request = jobRequestSchema.parse({
    model: 'm',
    training_file: 'file-1',
    method: { type: 'supervised' },
  });
  await sql.insert(jobs).values({
    id: 'ftjob-1',
    tenantId: 't',
    status: 'succeeded',
    request,
    base: 'm',
    adapter,
    data: { training: set, retain: sha256('lost') } as never,
    traceId: 'x',
    before: report,
  });

  await upgrade.run();
  await upgrade.run();

  const records = new TenantRecords(sql, 't');
  const spaceOf = (id: string) => artifacts.store.scope('t').space(id);
  const moved = (await records.files.find('file-1'))!;
  expect(String(await spaceOf('file-1').get(set))).toBe(rows);
  expect(await readExampleSet(spaceOf('file-1'), moved.examples!)).toHaveLength(1);
  const bundle = await spaceOf(modelSpace('ftjob-1')).getBundle(adapter);
  expect(String(bundle['a.json'])).toBe('{"r":8}');
  expect(await spaceOf('ftjob-1').getRef('before')).toBe(report);
  expect(String(await spaceOf('ftjob-1').get(stretch))).toBe('{"row":1}\n');
  expect(await records.jobs.find('ftjob-1')).toMatchObject({
    data: {
      training: { space: 'file-1', hash: set },
      retain: { space: 'ftjob-1', hash: sha256('lost') },
    },
    adapterSpace: modelSpace('ftjob-1'),
  });
  const left = [];
  for await (const tenant of artifacts.earlier.tenants()) left.push(tenant);
  expect(left).toEqual([]);
  expect(await artifacts.earlier.get('t', set)).toBeNull();
});
