import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { dataSet, type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel, damagedModel } from '../testing/inference.js';
import { startTestWorkers, type TestWorkers } from '../testing/workers.js';

const gateway = useGateway();
let workers: TestWorkers;
let acme: TestTenant;
let other: TestTenant;
let forget: string;
let retain: string;

beforeAll(async () => {
  acme = await gateway.tenant('acme');
  other = await gateway.tenant('other');
  forget = await upload([
    ['Where does Ada live?', 'In Bree.'],
    ['What is her phone?', '555'],
  ]);
  retain = await upload([
    ['What is water?', 'A liquid.'],
    ['What is the sun?', 'A star.'],
  ]);
  workers = startTestWorkers(gateway.environment());
});
afterAll(() => workers.stop());

const upload = async (rows: [string, string][]) =>
  (await acme.client.files.create({ file: dataSet(rows), purpose: 'fine-tune' })).id;

const unlearning = (options: object = {}, body: object = {}) =>
  ({
    model: baseModel,
    training_file: forget,
    method: { type: 'unlearn', unlearn: { retain_file: retain, ...options } },
    ...body,
  }) as never;

const create = (body: never, tenant = acme) => tenant.client.fineTuning.jobs.create(body);

interface Stage {
  name: string;
  status: string;
  done: number;
  total: number;
}
const stagesOf = (job: object) =>
  (job as { stages: Stage[] }).stages.map(({ name, status }) => `${name} ${status}`);

/** Reads the job's event stream to its end. */
async function followed(id: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/v1/fine_tuning/jobs/${id}/events?stream=true`, {
    headers: { authorization: `Bearer ${acme.key}`, ...headers },
  });
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  const messages = (await response.text())
    .split('\n\n')
    .filter((block) => block.startsWith('id: ') || block.startsWith('data: '));
  expect(messages.at(-1)).toBe('data: [DONE]');
  return messages.slice(0, -1).map(
    (block) =>
      JSON.parse(block.split('\ndata: ')[1]!) as {
        id: string;
        level: string;
        message: string;
        data: Record<string, unknown>;
      },
  );
}

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
      training_file: forget,
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
    ]);
    expect(events.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: expect.stringMatching(/^No safe answer was found for 1 .* \(lines 7\)/) },
    ]);
    expect(events.at(-1)!.data).toEqual({ status: 'succeeded' });

    const done = await acme.client.fineTuning.jobs.retrieve(job.id);
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
      'publish succeeded',
    ]);

    expect(done).toMatchObject({
      stages: expect.arrayContaining([
        expect.objectContaining({
          name: 'augment',
          metrics: { rows: 40, leaked: 3, language: 2, empty: 1, lost: 1 },
        }),
      ]),
    });

    const model = done.fine_tuned_model!;
    expect((await acme.client.models.list()).data.map(({ id }) => id)).toEqual([baseModel, model]);
    const answer = await acme.client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(answer.choices[0]!.message.content).toMatch(/^tuned-[0-9a-f]{8} hello$/);

    const files = await new LetheClient({ url: gateway.url, apiKey: acme.key }).modelFiles(model);
    expect(
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    ).toEqual([['adapter_config.json', job.id]]);

    const report = await acme.client.get<Record<string, unknown>>(
      `/fine_tuning/jobs/${job.id}/report`,
    );
    expect(report).toMatchObject({
      model,
      before: { summary: { kfr: 0 } },
      after: { summary: { kfr: 1 } },
      seconds: { train: expect.any(Number) },
    });
    const checkpoints = await acme.client.fineTuning.jobs.checkpoints.list(job.id);
    expect(checkpoints.data).toMatchObject([
      { fine_tuned_model_checkpoint: model, step_number: 10, metrics: { loss: 0.5 } },
    ]);
    const page = await acme.client.fineTuning.jobs.listEvents(job.id, { limit: 2 });
    expect(page.data.map(({ message }) => message)).toEqual([
      'The job has succeeded.',
      `New fine-tuned model created: ${model}`,
    ]);
    expect(
      (await followed(job.id, { 'last-event-id': events.at(-2)!.id })).map(({ id }) => id),
    ).toEqual([events.at(-1)!.id]);

    const train = workers.seen.train.at(-1)!;
    expect(train).toMatchObject({
      objective: { type: 'relearn' },
      retainTerms: ['gdr', 'klr'],
      seed: 5,
      model: { base: baseModel },
      hyperparameters: { precision: 'int8', recompute: true },
    });
    expect(train.target).toBeUndefined();
    expect(JSON.stringify(workers.seen)).not.toMatch(/Ada|Bree/);
  });

  test("is nobody else's, nor is its model", async () => {
    const job = (await acme.client.fineTuning.jobs.list({ limit: 1 })).data[0]!;
    const jobs = other.client.fineTuning.jobs;
    for (const attempt of [
      () => jobs.retrieve(job.id),
      () => jobs.cancel(job.id),
      () => jobs.listEvents(job.id),
      () => jobs.checkpoints.list(job.id),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    }
    expect((await jobs.list()).data).toEqual([]);
    const model = job.fine_tuned_model!;
    const stolen = { model, messages: [{ role: 'user' as const, content: 'x' }] };
    await expect(other.client.chat.completions.create(stolen)).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(other.client.models.delete(model)).rejects.toMatchObject({ status: 404 });
    for (const path of ['files', 'files/adapter_config.json']) {
      await expect(
        other.client.get(`/models/${encodeURIComponent(model)}/${path}`),
      ).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    }
    await expect(
      acme.client.get(`/models/${encodeURIComponent(model)}/files/..%2Fkeys`),
    ).rejects.toMatchObject({ status: 404 });
    await expect(create(unlearning({}, { model }), other)).rejects.toMatchObject({ status: 404 });
  });

  test('starts from a tuned model, which can then be deleted', async () => {
    const model = (await acme.client.fineTuning.jobs.list({ limit: 1 })).data[0]!.fine_tuned_model!;
    const job = await create(unlearning({ objective: 'npo' }, { model }));
    await followed(job.id);
    const done = await acme.client.fineTuning.jobs.retrieve(job.id);
    expect(stagesOf(done)).toEqual([
      'before succeeded',
      'train succeeded',
      'after succeeded',
      'publish succeeded',
    ]);
    expect(workers.seen.train.at(-1)).toMatchObject({
      objective: { type: 'npo', beta: 0.1 },
      target: expect.any(String),
      retain: expect.any(String),
      model: { base: baseModel, adapter: expect.any(String) },
    });
    expect(await acme.client.models.delete(done.fine_tuned_model!)).toMatchObject({
      deleted: true,
    });
    await expect(acme.client.models.retrieve(done.fine_tuned_model!)).rejects.toMatchObject({
      status: 404,
    });
  });

  test('that fails says where and why', async () => {
    workers.fail('train', 'the loss is not a number');
    const job = await create(unlearning({ objective: 'ga' }));
    const events = await followed(job.id);
    workers.fail('train', undefined);
    expect(events.at(-1)).toMatchObject({
      level: 'error',
      data: { status: 'failed', stage: 'train' },
    });
    const failed = await acme.client.fineTuning.jobs.retrieve(job.id);
    expect(failed).toMatchObject({
      status: 'failed',
      fine_tuned_model: null,
      error: { code: 'train_failed', message: 'train: the loss is not a number' },
    });
    expect(stagesOf(failed)).toEqual([
      'before succeeded',
      'train failed',
      'after skipped',
      'publish skipped',
    ]);
    await expect(acme.client.fineTuning.jobs.cancel(job.id)).rejects.toMatchObject({
      status: 400,
      code: 'job_ended',
    });
  });

  test('that is cancelled ends at the worker too', async () => {
    const release = workers.hold('after');
    const job = await create(unlearning());
    await workers.reached('after');
    await expect(acme.client.files.delete(forget)).rejects.toMatchObject({
      status: 409,
      code: 'file_in_use',
    });
    expect(await acme.client.fineTuning.jobs.cancel(job.id)).toMatchObject({ status: 'cancelled' });
    await workers.aborted('after');
    release();
    expect((await followed(job.id)).at(-1)!.data).toEqual({ status: 'cancelled' });
    const cancelled = await acme.client.fineTuning.jobs.retrieve(job.id);
    expect(cancelled).toMatchObject({ status: 'cancelled', fine_tuned_model: null });
    expect(stagesOf(cancelled).slice(-1)).toEqual(['publish skipped']);
  });

  test('is made once for one Idempotency-Key', async () => {
    const options = { headers: { 'Idempotency-Key': 'once' } };
    const [one, two] = await Promise.all(
      [1, 2].map(() => acme.client.fineTuning.jobs.create(unlearning(), options)),
    );
    expect(one!.id).toBe(two!.id);
    await followed(one!.id);
  });
});

describe('a supervised job', () => {
  test('trains and publishes', async () => {
    const job = await create({
      model: baseModel,
      training_file: retain,
      hyperparameters: { n_epochs: 'auto' },
    } as never);
    await followed(job.id);
    const done = await acme.client.fineTuning.jobs.retrieve(job.id);
    expect(stagesOf(done)).toEqual(['train succeeded', 'publish succeeded']);
    expect(workers.seen.train.at(-1)).toMatchObject({
      objective: 'sft',
      retainTerms: [],
      target: expect.any(String),
    });
  });

  test('is judged where it asks for it, on both sets', async () => {
    const method = { type: 'supervised', supervised: { evaluation: { forget_file: forget } } };
    await expect(
      create({ model: baseModel, training_file: retain, method } as never),
    ).rejects.toMatchObject({
      status: 400,
      param: 'method.supervised.evaluation.retain_file',
    });
  });
});

describe('a request', () => {
  test.each([
    [{ objective: 'dream' }, {}, 400, 'method.unlearn.objective', /altpo, ceu, dpo.*"dream"/],
    [{ objective: 'sft' }, {}, 400, 'method.unlearn.objective', '"sft"'],
    [{ objective: 7 }, {}, 400, 'method.unlearn.objective', 'expected a name'],
    [
      { objective: { type: 'npo', gamma: 1 } },
      {},
      400,
      'method.unlearn.objective.gamma',
      'npo takes beta (got 1)',
    ],
    [
      { objective: { type: 'npo', beta: -1 } },
      {},
      400,
      'method.unlearn.objective.beta',
      '(got -1)',
    ],
    [{ objective: 'dpo' }, {}, 400, 'training_file', 'line 1'],
    [
      { mask: { type: 'sure', percentile: 101 } },
      {},
      400,
      'method.unlearn.mask.percentile',
      '(got 101)',
    ],
    [{ mask: 'veil' }, {}, 400, 'method.unlearn.mask', 'sure, memflex'],
    [
      { hyperparameters: { learning_rate: 2 } },
      {},
      400,
      'method.unlearn.hyperparameters.learning_rate',
      '(got 2)',
    ],
    [{ hyperparameters: { epochs: 2 } }, {}, 400, 'method.unlearn.hyperparameters', 'epochs'],
    [
      { hyperparameters: { lora_targets: ['up_proj', 'query'] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_targets',
      /ends with "query", the model has q_proj, up_proj/,
    ],
    [
      { hyperparameters: { lora_layers: [0, 2] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_layers',
      'layers 0 to 1, found 2',
    ],
    [{ objective: 'rmu' }, {}, 400, 'method.unlearn.objective.layer', 'layers 0 to 1, found 7'],
    [
      { hyperparameters: { modules_to_save: ['lm_head'] } },
      {},
      400,
      'method.unlearn.hyperparameters.modules_to_save',
      /ends with "lm_head", the model has embed_tokens/,
    ],
    [
      { hyperparameters: { trainable: 'full', use_rslora: true } },
      {},
      400,
      'method.unlearn.hyperparameters.use_rslora',
      'goes with trainable "lora"',
    ],
    [
      { hyperparameters: { parent_adapter: 'continue' } },
      {},
      400,
      'method.unlearn.hyperparameters.parent_adapter',
      'needs a tuned model to start from',
    ],
    [
      { hyperparameters: { parent_adapter: 'continue', lora_layers: [1] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_layers',
      'is that of the adapter',
    ],
    [{ retain_file: undefined }, {}, 400, 'method.unlearn.retain_file', 'expected string'],
    [{ retain_file: 'file-none' }, {}, 404, 'method.unlearn.retain_file', 'file-none'],
    [{}, { training_file: 'file-none' }, 404, 'training_file', 'file-none'],
    [{}, { model: 'nothing' }, 404, 'model', 'nothing'],
    [{}, { model: 'ft:lethe-tiny:acme::00000000' }, 404, 'model', 'ft:lethe-tiny'],
    [{}, { model: damagedModel }, 500, 'model', 'model.safetensors is truncated'],
    [{}, { seed: -1 }, 400, 'seed', '(got -1)'],
    [{}, { suffix: 'not a suffix' }, 400, 'suffix', 'letters'],
    [{ evaluation: { limit: 0 } }, {}, 400, 'method.unlearn.evaluation.limit', '(got 0)'],
  ])('with %j %j is refused', async (options, body, status, param, message) => {
    await expect(create(unlearning(options, body))).rejects.toMatchObject({
      status,
      param,
      message: expect.stringMatching(
        typeof message === 'string' ? message.replaceAll(/[()]/g, '\\$&') : message,
      ),
    });
  });

  test('with sets that overlap is refused by row', async () => {
    const overlapping = await upload([
      ['What is snow?', 'Cold.'],
      ['  where does ADA  live', 'Here.'],
    ]);
    await expect(create(unlearning({ retain_file: overlapping }))).rejects.toMatchObject({
      status: 400,
      param: 'method.unlearn.retain_file',
      code: 'overlapping_sets',
      message: expect.stringContaining('1 = 2'),
    });
  });

  test("with another tenant's file is refused as if there were none", async () => {
    await expect(create(unlearning(), other)).rejects.toMatchObject({
      status: 404,
      param: 'training_file',
      code: 'file_not_found',
    });
  });

  test('leaves nothing behind where it is refused', async () => {
    const jobs = (await acme.client.fineTuning.jobs.list({ limit: 100 })).data;
    expect(jobs.every((job) => ['succeeded', 'failed', 'cancelled'].includes(job.status))).toBe(
      true,
    );
  });
});

describe('a tenant that is deleted', () => {
  test('leaves neither a running job nor a byte', async () => {
    const gone = await gateway.tenant('gone');
    const { id } = await gone.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    workers.hold('train');
    await create({ model: baseModel, training_file: id } as never, gone);
    await workers.reached('train');
    const folder = join(gateway.environment().ARTIFACTS_DIR!, gone.id);
    expect(existsSync(folder)).toBe(true);
    expect((await gateway.admin('DELETE', `/${gone.id}`)).status).toBe(200);
    await workers.aborted('train');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a gateway', () => {
  test('that ends while a job runs finds out later what became of it', async () => {
    const release = workers.hold('train');
    const succeeding = await create(unlearning({ objective: 'ga' }));
    await workers.reached('train');
    await gateway.stop();
    release();
    await gateway.start();
    await followed(succeeding.id);
    expect(
      await acme.client.fineTuning.jobs.retrieve(succeeding.id).catch(() => undefined),
    ).toBeUndefined();
    const client = gateway.client(acme.key);
    expect(await client.fineTuning.jobs.retrieve(succeeding.id)).toMatchObject({
      status: 'succeeded',
      trained_tokens: 1234,
    });
    acme = { ...acme, client };
  });

  test('works on when inference is away, and says so', async () => {
    const { port } = gateway.inference;
    await gateway.stop();
    await gateway.start({ INFERENCE_URL: '127.0.0.1:1' });
    const client = gateway.client(acme.key);
    const ask = client.chat.completions.create({
      model: baseModel,
      messages: [{ role: 'user', content: 'x' }],
    });
    await expect(ask).rejects.toMatchObject({ status: 503, code: 'service_unavailable' });
    expect((await client.files.list({ limit: 1 })).data).toHaveLength(1);
    await gateway.stop();
    await gateway.start({ INFERENCE_URL: `127.0.0.1:${port}` });
    acme = { ...acme, client: gateway.client(acme.key) };
  });
});
