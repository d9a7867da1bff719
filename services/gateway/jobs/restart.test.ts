// A gateway that ends while jobs run, or starts where inference is away.

import { describe, expect, test } from 'vitest';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;

describe('a gateway', () => {
  test('that ends while a job runs finds out later what became of it', async () => {
    const release = given.workers.hold('train');
    const succeeding = await create(unlearning({ objective: 'ga' }));
    await given.workers.reached('train');
    await gateway.stop();
    release();
    await gateway.start();
    await followed(succeeding.id);
    expect(
      await given.acme.client.fineTuning.jobs.retrieve(succeeding.id).catch(() => undefined),
    ).toBeUndefined();
    const client = gateway.client(given.acme.key);
    expect(await client.fineTuning.jobs.retrieve(succeeding.id)).toMatchObject({
      status: 'succeeded',
      trained_tokens: 1234,
    });
  });

  test('works on when inference is away, and says so', async () => {
    const { port } = gateway.inference;
    await gateway.stop();
    await gateway.start({ INFERENCE_URL: '127.0.0.1:1' });
    const client = gateway.client(given.acme.key);
    const ask = client.chat.completions.create({
      model: baseModel,
      messages: [{ role: 'user', content: 'x' }],
    });
    await expect(ask).rejects.toMatchObject({ status: 503, code: 'service_unavailable' });
    expect((await client.files.list({ limit: 1 })).data).toHaveLength(1);
    await gateway.stop();
    await gateway.start({ INFERENCE_URL: `127.0.0.1:${port}` });
  });
});
