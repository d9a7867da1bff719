import { describe, expect, test } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { isCancelled } from '#platform/queue/cancellations.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { baseModel } from '../testing/inference.js';
import { stagesOf, useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;

const artifact = { space: expect.any(String), hash: expect.any(String) };

describe('an unlearning job', () => {
  test('runs its flow, becomes a model, and leaves its reports', async () => {
    const job = await create(
      unlearning(
        { hyperparameters: { n_epochs: 2, precision: 'int8', recompute: true } },
        { suffix: 'forgotten', seed: 5, metadata: { ticket: '7' } },
      ),
    );
    expect(job).toMatchObject({
      id: expect.stringMatching(/^ftjob-/),
      object: 'fine_tuning.job',
      model: baseModel,
      training_file: given.forget,
      fine_tuned_model: null,
      seed: 5,
      metadata: { ticket: '7' },
      hyperparameters: { n_epochs: 2, lora_r: 8, precision: 'int8', recompute: true },
      method: {
        type: 'unlearn',
        unlearn: { objective: { type: 'relearn' }, retain_terms: ['gdr', 'klr'] },
      },
    });
    const events = await followed(job.id);
    expect(events.filter(({ data }) => data.done === 2).map(({ data }) => data.stage)).toEqual([
      'before',
      'augment',
      'train',
      'after',
      'audit',
    ]);
    expect(events.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: expect.stringMatching(/^No safe answer was found for 1 .* \(lines 7\)/) },
      { message: expect.stringMatching(/^The audit was not passed: .* under attack/) },
    ]);
    expect(events.at(-1)!.data).toEqual({ status: 'succeeded' });

    const done = await given.acme.client.fineTuning.jobs.retrieve(job.id);
    expect(done).toMatchObject({
      status: 'succeeded',
      error: null,
      trained_tokens: 1234,
      fine_tuned_model: expect.stringMatching(/^ft:lethe-tiny:acme:forgotten:[0-9a-v]{8}$/),
    });
    expect(stagesOf(done)).toEqual([
      'before succeeded',
      'augment succeeded',
      'train succeeded',
      'after succeeded',
      'audit succeeded',
      'publish succeeded',
    ]);

    expect(done).toMatchObject({
      stages: expect.arrayContaining([
        expect.objectContaining({
          name: 'augment',
          metrics: { rows: 40, leaked: 3, language: 2, empty: 1, lost: 1, neighbours: 0 },
        }),
        expect.objectContaining({
          name: 'audit',
          metrics: { kfrUnderAttack: 0.5, residualKnowledge: 0.25, passed: 0 },
        }),
      ]),
    });

    const model = done.fine_tuned_model!;
    expect((await given.acme.client.models.list()).data.map(({ id }) => id)).toEqual([
      baseModel,
      model,
    ]);
    const answer = await given.acme.client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(answer.choices[0]!.message.content).toMatch(/^tuned-[0-9a-f]{8} hello$/);

    const files = await new LetheClient({ url: gateway.url, apiKey: given.acme.key }).modelFiles(
      model,
    );
    expect(
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    ).toEqual([['adapter_config.json', job.id]]);

    const report = await given.acme.client.get<Record<string, unknown>>(
      `/fine_tuning/jobs/${job.id}/report`,
    );
    expect(report).toMatchObject({
      model,
      before: { summary: { kfr: 0 } },
      after: { summary: { kfr: 1 } },
      audit: {
        verdict: { passed: false, words: 'suppressed' },
        tasks: [{ name: 'direct', leaks: 1, of: 2, reference: null }],
        rows: [],
      },
      seconds: { train: expect.any(Number) },
    });
    const page = await given.acme.client.get<Response>(`/fine_tuning/jobs/${job.id}/report`, {
      headers: { accept: 'text/html' },
      __binaryResponse: true,
    } as never);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none';"),
      'cache-control': 'no-store',
    });
    expect(await page.text()).toContain('<p class="outcome">Suppressed, not forgotten</p>');
    const checkpoints = await given.acme.client.fineTuning.jobs.checkpoints.list(job.id);
    expect(checkpoints.data).toMatchObject([
      { fine_tuned_model_checkpoint: model, step_number: 10, metrics: { loss: 0.5 } },
    ]);
    const latest = await given.acme.client.fineTuning.jobs.listEvents(job.id, { limit: 2 });
    expect(latest.data.map(({ message }) => message)).toEqual([
      'The job has succeeded.',
      `New fine-tuned model created: ${model}`,
    ]);
    expect(
      (await followed(job.id, { 'last-event-id': events.at(-2)!.id })).map(({ id }) => id),
    ).toEqual([events.at(-1)!.id]);

    const train = given.workers.seen.train.at(-1)!;
    expect(train).toMatchObject({
      objective: { type: 'relearn' },
      retainTerms: ['gdr', 'klr'],
      seed: 5,
      model: { base: baseModel },
      hyperparameters: { precision: 'int8', recompute: true },
    });
    expect(train.target).toBeUndefined();
    expect(JSON.stringify(given.workers.seen)).not.toMatch(/Ada|Bree/);
  });

  test("is nobody else's, nor is its model", async () => {
    const job = (await given.acme.client.fineTuning.jobs.list({ limit: 1 })).data[0]!;
    const jobs = given.other.client.fineTuning.jobs;
    for (const attempt of [
      () => jobs.retrieve(job.id),
      () => jobs.cancel(job.id),
      () => jobs.listEvents(job.id),
      () => jobs.checkpoints.list(job.id),
      () => given.other.client.get(`/fine_tuning/jobs/${job.id}/report?format=html`),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    }
    expect((await jobs.list()).data).toEqual([]);
    const model = job.fine_tuned_model!;
    const stolen = { model, messages: [{ role: 'user' as const, content: 'x' }] };
    await expect(given.other.client.chat.completions.create(stolen)).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(given.other.client.models.delete(model)).rejects.toMatchObject({ status: 404 });
    for (const path of ['files', 'files/adapter_config.json']) {
      await expect(
        given.other.client.get(`/models/${encodeURIComponent(model)}/${path}`),
      ).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    }
    await expect(
      given.acme.client.get(`/models/${encodeURIComponent(model)}/files/..%2Fkeys`),
    ).rejects.toMatchObject({ status: 404 });
    await expect(create(unlearning({}, { model }), given.other)).rejects.toMatchObject({
      status: 404,
    });
  });

  test('starts from a tuned model, which can then be deleted', async () => {
    const model = (await given.acme.client.fineTuning.jobs.list({ limit: 1 })).data[0]!
      .fine_tuned_model!;
    const job = await create(unlearning({ objective: 'npo' }, { model }));
    await followed(job.id);
    const done = await given.acme.client.fineTuning.jobs.retrieve(job.id);
    expect(stagesOf(done)).toEqual([
      'before succeeded',
      'train succeeded',
      'after succeeded',
      'audit succeeded',
      'publish succeeded',
    ]);
    expect(given.workers.seen.train.at(-1)).toMatchObject({
      objective: { type: 'npo', beta: 0.1 },
      target: artifact,
      retain: artifact,
      model: { base: baseModel, adapter: artifact },
    });
    expect(await given.acme.client.models.delete(done.fine_tuned_model!)).toMatchObject({
      deleted: true,
    });
    await expect(given.acme.client.models.retrieve(done.fine_tuned_model!)).rejects.toMatchObject({
      status: 404,
    });
  });

  test('that fails says where and why', async () => {
    given.workers.fail('train', 'the loss is not a number');
    const job = await create(unlearning({ objective: 'ga' }));
    const events = await followed(job.id);
    given.workers.fail('train', undefined);
    expect(events.at(-1)).toMatchObject({
      level: 'error',
      data: { status: 'failed', stage: 'train' },
    });
    const failed = await given.acme.client.fineTuning.jobs.retrieve(job.id);
    expect(failed).toMatchObject({
      status: 'failed',
      fine_tuned_model: null,
      error: { code: 'train_failed', message: 'train: the loss is not a number' },
    });
    expect(stagesOf(failed)).toEqual([
      'before succeeded',
      'train failed',
      'after skipped',
      'audit skipped',
      'publish skipped',
    ]);
    await expect(given.acme.client.fineTuning.jobs.cancel(job.id)).rejects.toMatchObject({
      status: 400,
      code: 'job_ended',
    });
    // What was begun for the stages that it skips.
    const redis = gateway.app.get(RedisConnections, { strict: false }).patient();
    expect(await isCancelled(redis, gateway.environment().QUEUE_PREFIX!, [job.id])).toBe(true);
  });

  test('that is cancelled ends at the worker too', async () => {
    const release = given.workers.hold('after');
    const job = await create(unlearning());
    await given.workers.reached('after');
    await expect(given.acme.client.files.delete(given.forget)).rejects.toMatchObject({
      status: 409,
      code: 'file_in_use',
    });
    expect(await given.acme.client.fineTuning.jobs.cancel(job.id)).toMatchObject({
      status: 'cancelled',
    });
    await given.workers.aborted('after');
    release();
    expect((await followed(job.id)).at(-1)!.data).toEqual({ status: 'cancelled' });
    const cancelled = await given.acme.client.fineTuning.jobs.retrieve(job.id);
    expect(cancelled).toMatchObject({ status: 'cancelled', fine_tuned_model: null });
    expect(stagesOf(cancelled).slice(-1)).toEqual(['publish skipped']);
  });

  test('is made once for one Idempotency-Key', async () => {
    const options = { headers: { 'Idempotency-Key': 'once' } };
    const [one, two] = await Promise.all(
      [1, 2].map(() => given.acme.client.fineTuning.jobs.create(unlearning(), options)),
    );
    expect(one!.id).toBe(two!.id);
    await followed(one!.id);
  });

  test('is the same for the same request however it is written, and refused for another', async () => {
    const options = { headers: { 'Idempotency-Key': 'written' } };
    const send = (body: object, tenant = given.acme) =>
      tenant.client.fineTuning.jobs.create(body as never, options);
    const body = { model: baseModel, training_file: given.retain, metadata: { a: '1', b: '2' } };
    const first = await send(body);
    const { model, training_file } = body;
    const again = { metadata: { b: '2', a: '1' }, seed: 0, training_file, model, suffix: null };
    expect((await send(again)).id).toBe(first.id);
    for (const other of [
      { ...body, metadata: { a: '1' } },
      { ...body, seed: 1 },
      { ...body, suffix: 'x' },
      { ...body, training_file: 'file-that-is-not-there' },
      given.unlearning(),
    ])
      await expect(send(other)).rejects.toMatchObject({
        status: 409,
        code: 'idempotency_key_in_use',
      });
    await expect(send(body, given.other)).rejects.toMatchObject({ status: 404 });
    expect((await send(body)).id).toBe(first.id);
    await followed(first.id);
  });
});

describe('a supervised job', () => {
  test('trains and publishes', async () => {
    const job = await create({
      model: baseModel,
      training_file: given.retain,
      hyperparameters: { n_epochs: 'auto' },
    } as never);
    await followed(job.id);
    const done = await given.acme.client.fineTuning.jobs.retrieve(job.id);
    expect(stagesOf(done)).toEqual(['train succeeded', 'publish succeeded']);
    expect(given.workers.seen.train.at(-1)).toMatchObject({
      objective: 'sft',
      retainTerms: [],
      target: artifact,
    });
  });
});
