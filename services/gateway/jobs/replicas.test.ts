// Two gateways on one PostgreSQL and one Redis: whichever is asked, and whichever stays.

import OpenAI from 'openai';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import {
  dataSet,
  type RunningGateway,
  startGateway,
  type TestTenant,
  useGateway,
} from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { startTestWorkers, type TestWorkers } from '../testing/workers.js';

describe.skipIf(!hasPostgres)('two gateways', () => {
  const postgres = usePostgres();
  const gateway = useGateway(() => ({ DATABASE_URL: postgres.url }));
  let second: RunningGateway;
  let workers: TestWorkers;
  let tenant: TestTenant;

  beforeAll(async () => {
    second = await startGateway(gateway.environment());
    workers = startTestWorkers(gateway.environment());
    tenant = await gateway.tenant('acme');
  });
  afterAll(async () => {
    await workers.stop();
    await second.stop();
  });

  /** Follows the job at the second gateway. Resolves once it has told what there is. */
  const follow = (id: string): Promise<Response> =>
    fetch(`${second.url}/v1/fine_tuning/jobs/${id}/events`, {
      headers: { authorization: `Bearer ${tenant.key}`, accept: 'text/event-stream' },
    });

  /** To the job's end. */
  async function messages(events: Response): Promise<string[]> {
    const lines = (await events.text()).split('\n').filter((line) => line.startsWith('data: {'));
    return lines.map((line) => (JSON.parse(line.slice(6)) as { message: string }).message);
  }

  test('write one history, and either answers for the other', async () => {
    const { id: file } = await tenant.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    const other = new OpenAI({ apiKey: tenant.key, baseURL: `${second.url}/v1`, maxRetries: 0 });
    const jobs = await Promise.all(
      [tenant.client, other, tenant.client].map((client) =>
        client.fineTuning.jobs.create({ model: baseModel, training_file: file }),
      ),
    );
    for (const job of jobs) {
      const history = await messages(await follow(job.id));
      expect(new Set(history).size).toBe(history.length);
      expect(history.at(-1)).toBe('The job has succeeded.');
      const done = await other.fineTuning.jobs.retrieve(job.id);
      expect(done).toMatchObject({ status: 'succeeded', trained_tokens: 1234 });
      expect((await tenant.client.models.retrieve(done.fine_tuned_model!)).id).toBe(
        done.fine_tuned_model,
      );
    }
  });

  test('make one job of one Idempotency-Key', async () => {
    const { id: file } = await tenant.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    const other = new OpenAI({ apiKey: tenant.key, baseURL: `${second.url}/v1`, maxRetries: 0 });
    const create = (client: OpenAI) =>
      client.fineTuning.jobs.create(
        { model: baseModel, training_file: file },
        { headers: { 'Idempotency-Key': 'one' } },
      );
    const ids = await Promise.all([tenant.client, other, other, tenant.client].map(create));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
  });

  test('tell those who follow what they did not hear while their connection was cut', async () => {
    const { id: file } = await tenant.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    const release = workers.hold('train');
    const job = await tenant.client.fineTuning.jobs.create({
      model: baseModel,
      training_file: file,
    });
    await workers.reached('train');
    const followed = await follow(job.id);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN job_history'",
    );
    await client.end();
    release();
    expect((await messages(followed)).at(-1)).toBe('The job has succeeded.');
  });
});
