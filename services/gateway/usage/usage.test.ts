import OpenAI from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { hasPostgres } from '#testing/postgres.js';
import { startGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { chat, useTwoGateways } from '../testing/two-gateways.js';

interface Used {
  requests: number;
  data: { start_time: number; end_time: number }[];
}

describe.skipIf(!hasPostgres)('usage', () => {
  const given = useTwoGateways();

  test('is counted by the hour at all gateways, for the tenant and the operator alone', async () => {
    const made = await given.tenant('used');
    const training_file = await given.upload(made);
    for (const client of given.clients(made.key))
      await chat(client, 'one two three', { max_tokens: 2 });
    const { id } = await made.client.fineTuning.jobs.create({ model: baseModel, training_file });
    await given.ended(made, id);
    const read = () => made.client.get<Used>('/usage?bucket_width=1h');
    await vi.waitFor(
      async () =>
        expect(await read()).toMatchObject({
          prompt_tokens: 6,
          completion_tokens: 4,
          trained_tokens: 1234,
          job_seconds: { before: 0, train: expect.any(Number) },
          now: { models: 1, running_jobs: 0 },
          quotas: { models: 1000 },
        }),
      { timeout: 20_000, interval: 500 },
    );
    const used = await read();
    expect(used.requests).toBeGreaterThanOrEqual(5);
    for (const { start_time, end_time } of used.data) {
      expect(end_time - start_time).toBe(3600);
      expect(start_time % 3600).toBe(0);
    }
    const told = await given.gateway.admin('GET', `/${made.id}/usage?bucket_width=1d`);
    expect(await told.json()).toMatchObject({ trained_tokens: 1234 });
    const other = await given.tenant('curious');
    expect(await other.client.get<object>('/usage')).toMatchObject({ trained_tokens: 0 });
  });

  test('is written by a gateway before it stops', async () => {
    const made = await given.tenant('stopping');
    const third = await startGateway(given.gateway.environment());
    const client = new OpenAI({ apiKey: made.key, baseURL: `${third.url}/v1`, maxRetries: 0 });
    await chat(client, 'one two', { max_tokens: 1 });
    await third.stop();
    expect(await made.client.get<object>('/usage')).toMatchObject({
      requests: 1,
      prompt_tokens: 2,
      completion_tokens: 1,
    });
  });

  test('refuses odd periods and unknown tenants', async () => {
    const { client } = await given.tenant('odd');
    expect((await given.gateway.admin('GET', '/tenant-none/usage')).status).toBe(404);
    for (const odd of ['start_time=5&end_time=5', 'start_time=0', 'bucket_width=2h', 'end_time=x'])
      await expect(client.get(`/usage?${odd}`)).rejects.toMatchObject({ status: 400 });
  });
});
