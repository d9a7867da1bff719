// A tenant's own words are in the database under seal alone, on either database, from the first
// byte on.

import { sql } from 'drizzle-orm';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accountSpace, modelSpace } from '#contracts/spaces.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { Database } from '../database/database.js';
import { dataSet } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';
import { UNREADABLE } from './text-reader.js';

describe('PGlite', () => suite());
describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  const postgres = usePostgres();
  suite(() => ({ DATABASE_URL: postgres.url }));
});

function suite(variables?: () => Record<string, string>): void {
  const given = useJobs(variables);
  const { gateway } = given;
  const database = () => gateway.app.get(Database);
  const rows = async (query: string) =>
    ((await database().sql.execute(sql.raw(query))) as unknown as { rows: { text: string }[] })
      .rows;

  /** All that the tables hold, and where the database is a folder, each of its bytes. */
  async function everything(): Promise<string> {
    const tables = await rows(
      `SELECT table_name AS text FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const dumps = tables.map(({ text }) => rows(`SELECT t::text AS text FROM "${text}" t`));
    const told = (await Promise.all(dumps)).flat().map(({ text }) => text);
    await rows('CHECKPOINT');
    return [...told, ...(await embeddedFiles())].join('\n');
  }

  async function embeddedFiles(): Promise<string[]> {
    if (variables) return [];
    const folder = join(gateway.environment().DATA_DIR!, 'db');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
  }

  const upload = (name: string, tenant = given.acme) =>
    tenant.client.files.create({ file: dataSet([['q', 'a']], name), purpose: 'fine-tune' });

  test('of a file', async () => {
    const { files } = given.acme.client;
    const { id, filename } = await upload('canaryname.jsonl');
    expect(filename).toBe('canaryname.jsonl');
    const held = await everything();
    expect(held).toContain(id);
    expect(held).not.toMatch(/canary/i);
    expect(await files.retrieve(id)).toMatchObject({ filename });
    expect((await files.list()).data).toContainEqual(expect.objectContaining({ id, filename }));
    await expect(given.other.client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await files.delete(id);
    expect(await everything()).not.toMatch(/canary/i);
  });

  test('of a tenant and its keys', async () => {
    const tenant = await gateway.tenant('canarytenant');
    const keys = () => tenant.client.get<{ data: { id: string; name: string }[] }>('/keys');
    const body = { name: 'canarykey' };
    const { id, name } = await tenant.client.post<{ id: string; name: string }>('/keys', { body });
    expect(name).toBe('canarykey');
    expect((await keys()).data.map((key) => key.name)).toEqual(['default', 'canarykey']);
    expect((await gateway.admin('POST', '', { name: 'canarytenant' })).status).toBe(409);
    const held = await everything();
    expect(held).toContain(id);
    expect(held).not.toMatch(/canary/i);

    const keyring = gateway.app.get(SpaceKeeper, { strict: false });
    const spaces = async () => {
      const own = [];
      for await (const { tenantId, space } of keyring.spaces())
        if (tenantId === tenant.id) own.push(space);
      return own;
    };
    expect(await spaces()).toContain(id);
    await tenant.client.delete(`/keys/${id}`);
    expect(await spaces()).not.toContain(id);
    await gateway.admin('DELETE', `/${tenant.id}`);
    expect(await spaces()).toEqual([]);
    expect(await everything()).not.toMatch(/canary/i);
    expect((await gateway.admin('POST', '', { name: 'canarytenant' })).status).toBe(201);
  });

  test('of a tenant and a key that cannot be read are told as such, and work', async () => {
    const tenant = await gateway.tenant('nameless');
    interface Named {
      data: { id: string; name: string }[];
    }
    const keys = () => tenant.client.get<Named>('/keys');
    const { id } = (await keys()).data[0]!;
    const keeper = gateway.app.get(SpaceKeeper, { strict: false });
    await keeper.erase(tenant.id, id);
    await keeper.erase(tenant.id, accountSpace);
    const listed = (await (await gateway.admin('GET', '')).json()) as Named;
    expect(listed.data).toContainEqual(
      expect.objectContaining({ id: tenant.id, name: UNREADABLE }),
    );
    expect((await keys()).data[0]!.name).toBe(UNREADABLE);
    const file = dataSet([['q', 'a']]);
    const uploaded = await tenant.client.files.create({ file, purpose: 'fine-tune' });
    const job = { model: baseModel, training_file: uploaded.id };
    const options = { headers: { 'Idempotency-Key': 'once' } };
    await expect(tenant.client.fineTuning.jobs.create(job, options)).rejects.toMatchObject({
      status: 503,
    });
    const { id: made } = await tenant.client.fineTuning.jobs.create(job);
    await expect
      .poll(async () => (await tenant.client.fineTuning.jobs.retrieve(made)).fine_tuned_model, {
        timeout: 10_000,
      })
      .toBe(`ft:${baseModel}:${tenant.id}::${made.slice(-8)}`);
    await tenant.client.delete(`/keys/${id}`);
    await expect(tenant.client.files.list()).rejects.toMatchObject({ status: 401 });
    expect((await gateway.admin('DELETE', `/${tenant.id}`)).status).toBe(200);
  });

  const suffix = 'canarysuffix';
  const metadata = { canarykey: 'canary "value"' };

  test('of a job and its model, which each go by themselves', async () => {
    const { fineTuning, models } = given.acme.client;
    const { jobs } = fineTuning;
    const { id } = await given.create(given.unlearning({}, { suffix, metadata }));
    const events = await given.followed(id);
    const job = await jobs.retrieve(id);
    const model = job.fine_tuned_model!;
    expect(job).toMatchObject({ status: 'succeeded', user_provided_suffix: suffix, metadata });
    expect(model).toContain(suffix);
    expect(events.map(({ message }) => message).join()).toContain(model);
    expect((await jobs.list()).data).toContainEqual(job);
    const next = await given.create(given.unlearning({}, { model, suffix: 'canarynext' }));
    await given.followed(next.id);
    expect(await jobs.retrieve(next.id)).toMatchObject({ status: 'succeeded', model });
    expect(await models.retrieve(model)).toMatchObject({ id: model });
    expect((await models.list()).data.map((one) => one.id)).toContain(model);
    expect((await jobs.checkpoints.list(id)).data).toMatchObject([
      { fine_tuned_model_checkpoint: model },
    ]);
    await expect(given.other.client.models.retrieve(model)).rejects.toMatchObject({ status: 404 });
    expect((await given.other.client.models.list()).data.map((one) => one.id)).not.toContain(model);
    const held = await everything();
    expect(held).toContain(id);
    expect(held).not.toMatch(/canary/i);

    await models.delete(model);
    await expect(models.retrieve(model)).rejects.toMatchObject({ status: 404 });
    await expect(models.delete(model)).rejects.toMatchObject({ status: 404 });
    expect(await jobs.retrieve(id)).toMatchObject({ fine_tuned_model: model });
    expect((await jobs.checkpoints.list(id)).data).toEqual([]);
    await given.acme.client.delete(`/fine_tuning/jobs/${id}`);
    await given.acme.client.delete(`/fine_tuning/jobs/${next.id}`);
    expect(await everything()).not.toMatch(/canary/i);
  });

  test('of a failure', async () => {
    given.workers.fail('train', 'canary failure');
    const { id } = await given.create(given.unlearning({}, { suffix }));
    const events = await given.followed(id);
    given.workers.fail('train', undefined);
    const { error } = await given.acme.client.fineTuning.jobs.retrieve(id);
    expect(error).toMatchObject({ code: 'train_failed', message: 'train: canary failure' });
    expect(events.at(-1)).toMatchObject({ level: 'error', message: 'train: canary failure' });
    expect(await everything()).not.toMatch(/canary/i);
  });

  test('of a job and a model that cannot be read are told as such, and can be deleted', async () => {
    const { fineTuning, models } = given.acme.client;
    const { jobs } = fineTuning;
    const { id } = await given.create(given.unlearning({}, { suffix, metadata }));
    await given.followed(id);
    const model = (await jobs.retrieve(id)).fine_tuned_model!;
    const keeper = gateway.app.get(SpaceKeeper, { strict: false });
    await keeper.erase(given.acme.id, id);
    expect(await jobs.retrieve(id)).toMatchObject({
      status: 'succeeded',
      model: UNREADABLE,
      fine_tuned_model: UNREADABLE,
      user_provided_suffix: null,
      metadata: {},
    });
    expect((await jobs.list()).data.map((job) => job.id)).toContain(id);
    const told = (await jobs.listEvents(id)).data.map(({ message }) => message);
    expect(new Set(told)).toEqual(new Set([UNREADABLE]));
    expect(await models.retrieve(model)).toMatchObject({ id: model });
    await rows(
      `UPDATE models SET name = overlay(name PLACING 'AAAA' FROM 40) WHERE job_id = '${id}'`,
    );
    expect((await models.list()).data.map((one) => one.id)).not.toContain(model);
    await expect(models.retrieve(model)).rejects.toMatchObject({ status: 404 });
    for (const other of [`${model.slice(0, -1)}x`, `ft:other${model.slice(3)}`])
      await expect(models.delete(other)).rejects.toMatchObject({ status: 404 });
    await models.delete(model);
    expect(await keeper.bytes(given.acme.id, modelSpace(id))).toBe(0);
    await given.acme.client.delete(`/fine_tuning/jobs/${id}`);
    await expect(jobs.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test('that cannot be read is told as such, beside the others', async () => {
    const { files } = given.acme.client;
    const names = ['whole', 'changed', 'swapped', 'keyless'];
    const [whole, changed, swapped, keyless] = await Promise.all(
      names.map(async (name) => (await upload(`${name}.jsonl`)).id),
    );
    const set = (id: string, value: string) =>
      rows(`UPDATE files SET filename = ${value} WHERE id = '${id}'`);
    await set(changed!, `overlay(filename PLACING 'AAAA' FROM 40)`);
    await set(swapped!, `(SELECT filename FROM files WHERE id = '${whole}')`);
    await gateway.app.get(SpaceKeeper, { strict: false }).erase(given.acme.id, keyless!);
    const listed = (await files.list()).data.map(({ id, filename }) => [id, filename]);
    expect(Object.fromEntries(listed)).toMatchObject({
      [whole!]: 'whole.jsonl',
      [changed!]: UNREADABLE,
      [swapped!]: UNREADABLE,
      [keyless!]: UNREADABLE,
    });
    expect(await files.retrieve(changed!)).toMatchObject({ filename: UNREADABLE });
    for (const id of [changed, swapped, keyless]) await files.delete(id!);
    expect(await files.retrieve(whole!)).toMatchObject({ filename: 'whole.jsonl' });
  });
}
