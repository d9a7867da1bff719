// What is deleted is gone for everybody at once, and its keys and bytes with it.

import { Redis } from 'ioredis';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { modelSpace, workSpace } from '#contracts/spaces.js';
import { dataSet } from '../testing/gateway.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;

/** Which of a tenant's spaces have a key, and which have bytes. */
function traces(space: string, tenant = given.acme.id): string[] {
  const { ARTIFACTS, KEYS } = gateway.environment();
  const places = {
    key: join(KEYS!, tenant, 'spaces', space),
    bytes: join(ARTIFACTS!, tenant, space),
  };
  return Object.entries(places).flatMap(([name, path]) => (existsSync(path) ? [name] : []));
}

/** Keys of Redis that name a job. */
async function queued(jobId: string): Promise<string[]> {
  const { REDIS_URL, QUEUE_PREFIX } = gateway.environment();
  const redis = new Redis(REDIS_URL!);
  onTestFinished(() => redis.disconnect());
  return (await redis.keys(`${QUEUE_PREFIX}:*`)).filter((key) => key.includes(`${jobId}-`));
}

const gone = { status: 404 };

async function finished(): Promise<{ id: string; model: string }> {
  const { id } = await create(unlearning({ objective: 'npo' }));
  await followed(id);
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  return { id, model: model! };
}

const remove = (id: string, tenant = given.acme) =>
  tenant.client.delete<object>(`/fine_tuning/jobs/${id}`);

describe('a job', () => {
  test('that is deleted is gone with all it left, and its model stays', async () => {
    const { id, model } = await finished();
    expect(traces(id)).toEqual(['key', 'bytes']);
    const left = await given.acme.client.get<object>(`/fine_tuning/jobs/${id}/report`);
    expect(Object.keys(left)).toEqual(expect.arrayContaining(['before', 'after', 'audit']));
    await expect.poll(() => traces(workSpace(id))).toEqual([]);
    expect(await queued(id)).not.toEqual([]);
    await expect(remove(id, given.other)).rejects.toMatchObject(gone);
    expect(await remove(id)).toEqual({ id, object: 'fine_tuning.job', deleted: true });
    const { jobs } = given.acme.client.fineTuning;
    await expect(jobs.retrieve(id)).rejects.toMatchObject(gone);
    await expect(jobs.cancel(id)).rejects.toMatchObject(gone);
    await expect(jobs.listEvents(id)).rejects.toMatchObject(gone);
    await expect(jobs.checkpoints.list(id)).rejects.toMatchObject(gone);
    const report = given.acme.client.get<object>(`/fine_tuning/jobs/${id}/report`);
    await expect(report).rejects.toMatchObject(gone);
    await expect(remove(id)).rejects.toMatchObject(gone);
    expect((await jobs.list()).data.map((job) => job.id)).not.toContain(id);
    expect(traces(id)).toEqual([]);
    expect(await queued(id)).toEqual([]);
    expect(await given.acme.client.models.retrieve(model)).toMatchObject({ id: model });
    expect(traces(modelSpace(id))).toEqual(['key', 'bytes']);
  });

  test('at work is cancelled first', async () => {
    const release = given.workers.hold('train');
    const { id } = await create(unlearning({ objective: 'npo' }));
    await given.workers.reached('train');
    await remove(id);
    await given.workers.aborted('train');
    release();
    await expect.poll(async () => [...(await queued(id)), ...traces(id)]).toEqual([]);
    expect([...traces(modelSpace(id)), ...traces(workSpace(id))]).toEqual([]);
  });

  test('that failed keeps neither an adapter nor what it needed to go on', async () => {
    given.workers.fail('after', 'no');
    onTestFinished(() => given.workers.fail('after', undefined));
    const { id } = await create(unlearning({ objective: 'npo' }));
    await followed(id);
    await expect.poll(() => [...traces(modelSpace(id)), ...traces(workSpace(id))]).toEqual([]);
    expect(traces(id)).toEqual(['key', 'bytes']);
    await remove(id);
    expect(traces(id)).toEqual([]);
  });
});

test('a model that is deleted is gone with its adapter, and its job names no checkpoint', async () => {
  const { id, model } = await finished();
  const { client } = given.acme;
  await expect(given.other.client.models.delete(model)).rejects.toMatchObject(gone);
  await client.models.delete(model);
  expect(traces(modelSpace(id))).toEqual([]);
  await expect(client.models.retrieve(model)).rejects.toMatchObject(gone);
  await expect(client.models.delete(model)).rejects.toMatchObject(gone);
  expect((await client.fineTuning.jobs.checkpoints.list(id)).data).toEqual([]);
  expect(traces(id)).toEqual(['key', 'bytes']);
});

test('a file that is deleted is gone, but not while a job needs it', async () => {
  const { files } = given.acme.client;
  const { id } = await files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' });
  const release = given.workers.hold('train');
  const body = unlearning({ objective: 'npo' }, { training_file: id });
  const job = await create(body);
  await given.workers.reached('train');
  await expect(files.delete(id)).rejects.toMatchObject({ status: 409, code: 'file_in_use' });
  release();
  await followed(job.id);
  await files.delete(id);
  await expect(files.retrieve(id)).rejects.toMatchObject(gone);
  expect(traces(id)).toEqual([]);
});

test('of a file that is deleted while a job is made with it, either the job or the file is there', async () => {
  const { files } = given.acme.client;
  for (let round = 0; round < 10; round++) {
    const { id } = await files.create({
      file: dataSet([['q', `a ${round}`]]),
      purpose: 'fine-tune',
    });
    const body = unlearning({ objective: 'npo' }, { training_file: id });
    const [made, deleted] = await Promise.allSettled([create(body), files.delete(id)]);
    expect([made.status, deleted.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    if (made.status === 'fulfilled') {
      await followed(made.value.id);
      expect(await given.acme.client.fineTuning.jobs.retrieve(made.value.id)).toMatchObject({
        status: 'succeeded',
      });
    }
  }
});

test("a model's own file, refused as a data set, stays the model's", async () => {
  const { id, model } = await finished();
  const { client, key } = given.acme;
  const path = `${gateway.url}/v1/models/${encodeURIComponent(model)}/files/adapter_config.json`;
  const headers = { authorization: `Bearer ${key}` };
  const bytes = new Uint8Array(await (await fetch(path, { headers })).arrayBuffer());
  const file = new File([bytes], 'adapter_config.json');
  await expect(client.files.create({ file, purpose: 'fine-tune' })).rejects.toMatchObject({
    status: 400,
  });
  expect(new Uint8Array(await (await fetch(path, { headers })).arrayBuffer())).toEqual(bytes);
  expect(traces(modelSpace(id))).toEqual(['key', 'bytes']);
});

test('of equal uploads, refused ones take nothing from the others', async () => {
  const { files } = given.acme.client;
  for (let round = 0; round < 10; round++) {
    const file = (): File => dataSet([['same', `answer ${round}`]]);
    const wrong = (): Promise<unknown> =>
      files.create({ file: file(), purpose: 'assistants' as 'fine-tune' });
    const [good] = await Promise.allSettled([
      files.create({ file: file(), purpose: 'fine-tune' }),
      wrong(),
      wrong(),
    ]);
    if (good?.status !== 'fulfilled') throw new Error('the good upload was refused');
    expect(await (await files.content(good.value.id)).text()).toContain(`answer ${round}`);
  }
});
