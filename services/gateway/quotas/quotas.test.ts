import OpenAI, { RateLimitError } from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { hasPostgres } from '#testing/postgres.js';
import { dataSet, type TestTenant } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { type ClientError, type Quotas, useTwoGateways } from '../testing/two-gateways.js';

describe.skipIf(!hasPostgres)('quotas of what there is', () => {
  const given = useTwoGateways();

  const now = async ({ client }: TestTenant) =>
    (await client.get<{ now: Record<string, number> }>('/usage')).now;
  const change = (id: string, quotas: object): Promise<Response> =>
    given.gateway.admin('PATCH', `/${id}`, { quotas });
  const jobOf = (training_file: string) => (client: OpenAI) =>
    client.fineTuning.jobs.create({ model: baseModel, training_file });

  test("are the operator's for all, unless a tenant has its own", async () => {
    const { id } = await given.gateway.tenant('own');
    const read = async () =>
      (await (await given.gateway.admin('GET', `/${id}`)).json()) as {
        quotas: Quotas;
        own_quotas: Quotas;
      };
    expect(await read()).toMatchObject({ quotas: { models: 1000 }, own_quotas: {} });
    await change(id, { models: 3, running_jobs: 1 });
    await change(id, { running_jobs: null });
    expect(await read()).toMatchObject({
      quotas: { models: 3, running_jobs: 100 },
      own_quotas: { models: 3 },
    });
    for (const odd of [{ models: -1 }, { models: 1.5 }, { models: 'many' }, { modles: 3 }, 3])
      expect((await change(id, odd as object)).status).toBe(400);
    expect((await given.gateway.admin('PATCH', `/${id}`, {})).status).toBe(400);
    for (const none of ['tenant-none', 'tenant-%00'])
      expect((await change(none, {})).status).toBe(404);
    expect((await given.gateway.admin('GET', '/tenant-none')).status).toBe(404);
    const { key } = await given.gateway.tenant('not-the-operator');
    expect((await given.gateway.admin('PATCH', `/${id}`, { quotas: {} }, key)).status).toBe(401);
  });

  test('of 20 jobs that come at once as many begin and wait as may; those go on as others end', async () => {
    const made = await given.tenant('jobs', { running_jobs: 2, waiting_jobs: 3 });
    const other = await given.tenant('beside');
    const create = jobOf(await given.upload(made));
    const release = given.workers.hold('train');
    expect(await given.crowd(made.key, 20, create)).toEqual({ done: 5, refused: 15 });
    expect(await now(made)).toMatchObject({ running_jobs: 2, waiting_jobs: 3 });
    await expect(create(made.client)).rejects.toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      headers: expect.toSatisfy((headers: Headers) => Number(headers.get('retry-after')) > 0),
    });
    const { id } = await jobOf(await given.upload(other))(other.client);
    const { data } = await made.client.fineTuning.jobs.list();
    expect(data).toHaveLength(5);
    // The last waits: it is cancelled like any other, and leaves its place.
    const [last] = data;
    expect(last!.status).toBe('queued');
    expect((await made.client.fineTuning.jobs.cancel(last!.id)).status).toBe('cancelled');
    await create(made.client);
    await expect(create(made.client)).rejects.toMatchObject({ status: 429 });
    release();
    for (const job of (await made.client.fineTuning.jobs.list()).data.slice(0, -1))
      if (job.id !== last!.id)
        expect(await given.ended(made, job.id)).toContain('The job has succeeded.');
    expect(await given.ended(other, id)).toContain('The job has succeeded.');
    await vi.waitFor(async () =>
      expect(await now(made)).toMatchObject({ running_jobs: 0, waiting_jobs: 0, models: 5 }),
    );
  });

  test('one that is cancelled, deleted, or more that may run let those that wait go on', async () => {
    const made = await given.tenant('going-on', { running_jobs: 1 });
    const create = jobOf(await given.upload(made));
    const release = given.workers.hold('train');
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await create(made.client)).id);
    const waiting = (count: number): Promise<void> =>
      vi.waitFor(async () =>
        expect(await now(made)).toMatchObject({ running_jobs: 1, waiting_jobs: count }),
      );
    await waiting(4);
    await made.client.fineTuning.jobs.cancel(ids[0]!);
    await waiting(3);
    await made.client.delete(`/fine_tuning/jobs/${ids[1]!}`);
    await waiting(2);
    await made.client.delete(`/fine_tuning/jobs/${ids[3]!}`);
    await waiting(1);
    await change(made.id, { running_jobs: null });
    await vi.waitFor(async () =>
      expect(await now(made)).toMatchObject({ running_jobs: 2, waiting_jobs: 0 }),
    );
    release();
    for (const id of [ids[2]!, ids[4]!])
      expect(await given.ended(made, id)).toContain('The job has succeeded.');
  });

  test('a job that is asked for again with its Idempotency-Key needs no room', async () => {
    const made = await given.tenant('again', { models: 1 });
    const training_file = await given.upload(made);
    const create = (client: OpenAI) =>
      client.fineTuning.jobs.create(
        { model: baseModel, training_file },
        { headers: { 'idempotency-key': 'once' } },
      );
    expect(await given.crowd(made.key, 6, create)).toEqual({ done: 6, refused: 0 });
    expect((await made.client.fineTuning.jobs.list()).data).toHaveLength(1);
  });

  test('so does an evaluation run', async () => {
    const made = await given.tenant('run-again', { running_jobs: 1, waiting_jobs: 0 });
    const file = await given.upload(made);
    const tasks = [{ name: 'unlearning', files: { forget: file, retain: file } }];
    const release = given.workers.hold('cell');
    const create = (client: OpenAI) =>
      client.post('/evaluation_runs', {
        body: { models: [baseModel], tasks },
        headers: { 'idempotency-key': 'once' },
      });
    expect(await given.crowd(made.key, 6, create)).toEqual({ done: 6, refused: 0 });
    release();
  });

  test('models count with the jobs that are to make them, and deleting makes room', async () => {
    const made = await given.tenant('models', { models: 2 });
    const create = jobOf(await given.upload(made));
    expect(await given.crowd(made.key, 20, create)).toEqual({ done: 2, refused: 18 });
    let sent = 0;
    const client = new OpenAI({
      apiKey: made.key,
      baseURL: `${given.gateway.url}/v1`,
      fetch(url, init) {
        sent += 1;
        return fetch(url, init);
      },
    });
    const refusal = (await create(client).catch((error: unknown) => error)) as ClientError;
    expect(refusal).toBeInstanceOf(RateLimitError);
    expect(refusal).toMatchObject({ type: 'insufficient_quota', code: 'insufficient_quota' });
    expect(refusal.headers!.get('x-should-retry')).toBe('false');
    expect(refusal.headers!.get('retry-after')).toBe('60');
    expect(sent).toBe(1);
    const [job] = (await made.client.fineTuning.jobs.list()).data;
    await given.ended(made, job!.id);
    const { fine_tuned_model: model } = await made.client.fineTuning.jobs.retrieve(job!.id);
    await made.client.models.delete(model!);
    await create(made.client);
    await expect(create(made.client)).rejects.toMatchObject({ status: 429 });
  });

  test('bytes are bound exactly: 429 for what has no room, 413 for what never has', async () => {
    const sized = await given.tenant('sized');
    await given.upload(sized);
    const { stored_bytes: size } = await now(sized);
    expect(size).toBeGreaterThan(0);
    const made = await given.tenant('stored', { stored_bytes: size! * 3 });
    const upload = (client: OpenAI) =>
      client.files.create({ file: dataSet([['q0', 'a']]), purpose: 'fine-tune' });
    expect(await given.crowd(made.key, 6, upload)).toEqual({ done: 3, refused: 3 });
    expect(await now(made)).toMatchObject({ stored_bytes: size! * 3 });
    const [file] = (await made.client.files.list()).data;
    await expect(jobOf(file!.id)(made.client)).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
    });
    await made.client.files.delete(file!.id);
    await expect(given.upload(made, 5_000)).rejects.toMatchObject({ status: 413 });
    await upload(made.client);
    await expect(upload(made.client)).rejects.toMatchObject({ status: 429 });
    await given.upload(sized);
  });

  test('what a job leaves counts once it has ended, and no longer once it is deleted', async () => {
    const made = await given.tenant('leaving');
    const create = jobOf(await given.upload(made));
    const { stored_bytes: before } = await now(made);
    const { id } = await create(made.client);
    await given.ended(made, id);
    const { fine_tuned_model: model } = await made.client.fineTuning.jobs.retrieve(id);
    await vi.waitFor(async () => expect((await now(made)).stored_bytes).toBeGreaterThan(before!));
    await made.client.models.delete(model!);
    await made.client.delete(`/fine_tuning/jobs/${id}`);
    await vi.waitFor(async () => expect((await now(made)).stored_bytes).toBe(before));
  });
});
