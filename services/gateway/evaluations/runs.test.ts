import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test, vi } from 'vitest';
import type { TestTenant } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';
import { answeredRow } from '../testing/workers.js';
import type { CellObject, RunObject } from './run-object.js';

const jobs = useJobs();

const call = (path: string, { key }: TestTenant = jobs.acme, init: RequestInit = {}) =>
  fetch(`${jobs.gateway.url}/v1${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...init.headers,
    },
  });
const read = async <T>(path: string, tenant?: TestTenant): Promise<T> =>
  (await (await call(path, tenant)).json()) as T;

const task = (more: object = {}) => ({
  name: 'unlearning',
  files: { forget: jobs.forget, retain: jobs.retain },
  ...more,
});
const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  call('/evaluation_runs', jobs.acme, { method: 'POST', body: JSON.stringify(body), headers });
const create = async (body: object, headers?: Record<string, string>): Promise<RunObject> => {
  const response = await post(body, headers);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as RunObject;
};
const ended = (id: string): Promise<RunObject> =>
  vi.waitFor(
    async () => {
      const run = await read<RunObject>(`/evaluation_runs/${id}`);
      expect(run.finished_at).not.toBeNull();
      return run;
    },
    { timeout: 20_000, interval: 20 },
  );
const cellsOf = async (id: string): Promise<CellObject[]> =>
  (await read<{ data: CellObject[] }>(`/evaluation_runs/${id}/cells`)).data;
/** How often models were asked. */
const asked = (): number =>
  jobs.workers.seen.evaluate.filter(({ stage }) => stage === 'cell').length;
/** A tuned model of acme's. */
const tune = async (): Promise<string> => {
  const { id } = await jobs.create({ model: baseModel, training_file: jobs.forget } as never);
  await jobs.followed(id);
  return (await jobs.acme.client.fineTuning.jobs.retrieve(id)).fine_tuned_model!;
};

describe('evaluation runs', () => {
  test('ask each model each task once, and nothing that was asked before', async () => {
    const models = [baseModel, await tune()];
    const body = { models, tasks: [task(), task({ limit: 1 })], metadata: { why: 'sweep' } };
    const before = asked();
    const run = await create(body);
    expect(run).toMatchObject({ models, metadata: { why: 'sweep' }, judge: 'lexical' });
    const done = await ended(run.id);
    expect(done).toMatchObject({ status: 'succeeded', cells: { total: 4, succeeded: 4 } });
    expect(asked() - before).toBe(4);
    const cells = await cellsOf(run.id);
    expect(cells.map(({ model, task_index, task: of }) => [model, task_index, of.limit])).toEqual([
      [models[0], 0, undefined],
      [models[0], 1, 1],
      [models[1], 0, undefined],
      [models[1], 1, 1],
    ]);
    expect(cells.map(({ figures }) => figures?.[0]?.value)).toEqual([0, 0, 1, 1]);

    const again = await ended((await create({ ...body, shard_size: 1 })).id);
    expect(again).toMatchObject({ status: 'succeeded', cells: { succeeded: 4 } });
    const wider = await create({ models, tasks: [task(), task({ max_tokens: 5 })] });
    expect(await ended(wider.id)).toMatchObject({ status: 'succeeded' });
    expect(asked() - before).toBe(6);

    jobs.gateway.inference.served.precision = 'int8';
    try {
      await ended((await create(body)).id);
      expect(asked() - before).toBe(10);
    } finally {
      jobs.gateway.inference.served.precision = 'float32';
    }
  });

  test('have stored answers judged again, by any judge, and ask no model for them', async () => {
    const body = { models: [baseModel], tasks: [task({ max_tokens: 21 })] };
    const before = { asked: asked(), judged: jobs.workers.seen.judge.length };
    const judged = async (judge: string): Promise<unknown[]> => {
      const { id } = await create({ ...body, judge });
      expect(await ended(id)).toMatchObject({ status: 'succeeded', cells: { succeeded: 1 } });
      const lines = await (await call(`/evaluation_runs/${id}/results`)).text();
      return lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    };
    const cell = { model: baseModel, task: 'unlearning', task_index: 0, ...answeredRow };
    for (const judge of ['lexical', 'nli', 'lexical'])
      expect(await judged(judge)).toEqual([{ ...cell, judge }]);
    expect(asked() - before.asked).toBe(1);
    expect(jobs.workers.seen.judge.slice(before.judged).map(({ judge }) => judge)).toEqual([
      'lexical',
      'nli',
    ]);
  });

  test('judge again where another model stands behind the name of the judge', async () => {
    const body = { models: [baseModel], tasks: [task({ max_tokens: 24 })], judge: 'llm' };
    const before = { asked: asked(), judged: jobs.workers.seen.judge.length };
    for (const model of ['one', 'two', 'one']) {
      await jobs.workers.offer({ judge: ['lexical', 'nli', { name: 'llm', model }] });
      expect(await ended((await create(body)).id)).toMatchObject({ status: 'succeeded' });
    }
    expect(asked() - before.asked).toBe(1);
    expect(jobs.workers.seen.judge.length - before.judged).toBe(2);
  });

  test('ask for the answers once where two judges wait for them', async () => {
    const release = jobs.workers.hold('cell');
    const before = asked();
    const tasks = ['lexical', 'nli'].map((judge) => task({ judge, max_tokens: 22 }));
    const run = await create({ models: [baseModel], tasks });
    await jobs.workers.reached('cell');
    expect(await read(`/evaluation_runs/${run.id}`)).toMatchObject({ cells: { running: 2 } });
    release();
    expect(await ended(run.id)).toMatchObject({ cells: { succeeded: 2 } });
    expect(asked() - before).toBe(1);
  });

  test('try a judge alone again that failed', async () => {
    jobs.workers.fail('judge', 'the judge is away');
    const body = { models: [baseModel], tasks: [task({ max_tokens: 23 })] };
    const { id } = await create(body);
    expect(await ended(id)).toMatchObject({ status: 'failed', cells: { failed: 1 } });
    expect((await cellsOf(id))[0]).toMatchObject({ error: 'the judge is away' });
    jobs.workers.fail('judge', undefined);
    const before = asked();
    expect(await ended((await create(body)).id)).toMatchObject({ status: 'succeeded' });
    expect(asked()).toBe(before);
  });

  test('give their rows as JSON lines, CSV and Parquet', async () => {
    const { id } = await create({ models: [baseModel], tasks: [task(), task({ limit: 1 })] });
    await ended(id);
    const expected = [0, 1].map((task_index) => ({
      model: baseModel,
      task: 'unlearning',
      task_index,
      judge: 'lexical',
      ...answeredRow,
    }));
    const lines = await (await call(`/evaluation_runs/${id}/results`)).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(expected);

    const csv = await (await call(`/evaluation_runs/${id}/results?format=csv`)).text();
    const [head, first] = csv.split('\r\n');
    expect(head).toMatch(/^model,task,task_index,judge,probe,index,question,prefix,gold,answer,/);
    expect(first).toContain('"Where does ""Ada"" live?",,In Bree.,"In Bree,\nsurely.",,,forget,,');

    const response = await call(`/evaluation_runs/${id}/results?format=parquet`);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const rows = await parquetReadObjects({ file: await response.arrayBuffer() });
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({
      model: baseModel,
      task_index: 1,
      question: answeredRow.question,
      perplexity: null,
      verdict: false,
      goldEntities: '["Bree"]',
    });
    expect((await call(`/evaluation_runs/${id}/results?format=xls`)).status).toBe(400);
  });

  test('give their figures, a row each', async () => {
    const { id } = await create({ models: [baseModel], tasks: [task({ max_tokens: 3 })] });
    await ended(id);
    const figures = async (format: string) =>
      (await call(`/evaluation_runs/${id}/figures?format=${format}`)).text();
    expect(await figures('csv')).toBe(
      [
        'model,task,task_index,judge,metric,value,lower,upper,n',
        `${baseModel},unlearning,0,lexical,kfr,0,0.2,0.9,3`,
        `${baseModel},unlearning,0,lexical,cutForget,0,,,3`,
        '',
      ].join('\r\n'),
    );
    const [line] = (await figures('jsonl')).split('\n');
    expect(JSON.parse(line!)).toMatchObject({ metric: 'kfr', value: 0, lower: 0.2, n: 3 });
  });

  test('ask probes of an audit as tasks, by name alone where the sets are the same', async () => {
    const files = { forget: jobs.forget, retain: jobs.retain };
    const names = ['unlearning', 'first-three-words', 'gold'];
    const before = asked();
    const run = await create({ models: [baseModel], tasks: names, files, max_tokens: 19 });
    expect(run.tasks).toEqual(names.map((name) => ({ name, files })));
    expect(run).not.toHaveProperty('files');
    await ended(run.id);
    expect((await cellsOf(run.id)).map(({ task: { name } }) => name)).toEqual(names);
    const own = { models: [baseModel], tasks: [task({ name: 'gold' })], max_tokens: 19 };
    expect(await ended((await create(own)).id)).toMatchObject({ status: 'succeeded' });
    expect(asked() - before).toBe(3);
  });

  test('measure a model once, whoever judges the answers beside', async () => {
    const files = { forget: jobs.forget, retain: jobs.retain };
    const run = { models: [baseModel], tasks: ['gold'], files, limit: 1 };
    const { id } = await create(run);
    await ended(id);
    const before = asked();
    const again = await create({ ...run, judge: 'nli', max_tokens: 5 });
    expect(await ended(again.id)).toMatchObject({ status: 'succeeded' });
    expect(asked()).toBe(before);
    expect((await cellsOf(again.id))[0]?.id).toBe((await cellsOf(id))[0]?.id);
    const [line] = (await (await call(`/evaluation_runs/${id}/results`)).text()).split('\n');
    expect(JSON.parse(line!)).toMatchObject({ task: 'gold', judge: null });
  });

  test('hold a model against questions that no model was taught', async () => {
    const { forget, retain } = jobs;
    const holdout = await jobs.upload([['Who is Dan?', 'A smith.']]);
    const files = { forget, retain, holdout };
    const run = {
      models: [baseModel],
      tasks: ['holdout', 'holdout-gradient', 'gold'],
      max_tokens: 25,
    };
    const { id, tasks } = await create({ ...run, files });
    expect(tasks[0]).toMatchObject({ files });
    expect(await ended(id)).toMatchObject({ status: 'succeeded' });
    for (const heldOut of ['holdout', 'holdout-gradient']) {
      const [payload] = jobs.workers.seen.evaluate.filter(({ task: name }) => name === heldOut);
      expect(payload?.holdout?.space).toBe(holdout);
    }
    // The other task does not read it.
    const before = asked();
    await ended((await create({ ...run, tasks: ['gold'], files: { forget, retain } })).id);
    expect(asked()).toBe(before);
    await jobs.acme.client.files.delete(holdout);
    await vi.waitFor(async () =>
      expect((await cellsOf(id)).map(({ status }) => status)).toEqual([
        'erased',
        'erased',
        'succeeded',
      ]),
    );
  });

  test("are a tenant's own, and repeated by their key", async () => {
    const body = { models: [baseModel], tasks: [task()] };
    const key = { 'idempotency-key': 'one' };
    const run = await create(body, key);
    expect((await create(body, key)).id).toBe(run.id);
    expect((await post({ ...body, limit: 1 }, key)).status).toBe(409);
    for (const path of ['', '/cells', '/results', '/figures'])
      expect((await call(`/evaluation_runs/${run.id}${path}`, jobs.other)).status).toBe(404);
    const other = (method: string, path = '') =>
      call(`/evaluation_runs/${run.id}${path}`, jobs.other, { method });
    expect((await other('DELETE')).status).toBe(404);
    expect((await other('POST', '/cancel')).status).toBe(404);
    expect(await read('/evaluation_runs', jobs.other)).toMatchObject({ data: [] });
  });

  test.each([
    [{ models: ['nobody'] }, 404, 'models.0'],
    [{ models: [] }, 400, 'models'],
    [{ models: [baseModel, baseModel] }, 400, 'models.1'],
    [
      { tasks: [task({ files: { forget: 'file-none', retain: 'file-none' } })] },
      404,
      'tasks.0.files.forget',
    ],
    [{ tasks: [task({ name: 'chess' })] }, 400, 'tasks.0.name'],
    [{ tasks: ['chess'] }, 400, 'tasks.0.name'],
    [{ tasks: ['unlearning', 'gold'] }, 400, 'tasks.0.files'],
    [
      { tasks: [{ name: 'holdout', files: { forget: 'file-a', retain: 'file-b' } }] },
      400,
      'tasks.0.files.holdout',
    ],
    [
      { tasks: [{ name: 'holdout-gradient', files: { forget: 'file-a', retain: 'file-b' } }] },
      400,
      'tasks.0.files.holdout',
    ],
    [{ max_tokens: 0 }, 400, 'max_tokens'],
    [{ extra: 1 }, 400, null],
  ])('refuse %j', async (change, status, param) => {
    const response = await post({ models: [baseModel], tasks: [task()], ...change });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { param: string | null } };
    if (param) expect(error.param).toBe(param);
  });

  test('are cancelled as one; what another run needs goes on', async () => {
    const release = jobs.workers.hold('cell');
    const tasks = [task({ limit: 1, max_tokens: 7 })];
    const first = await create({ models: [baseModel], tasks: [...tasks, task({ max_tokens: 8 })] });
    const second = await create({ models: [baseModel], tasks });
    await jobs.workers.reached('cell');
    const refused = await call(`/files/${jobs.forget}`, jobs.acme, { method: 'DELETE' });
    expect(await refused.text()).toMatch(/The evaluation run 'evalrun-\w+' still needs this file/);
    const cancelled = (await (
      await call(`/evaluation_runs/${first.id}/cancel`, jobs.acme, { method: 'POST' })
    ).json()) as RunObject;
    expect(cancelled).toMatchObject({ status: 'cancelled', cells: { cancelled: 1, running: 1 } });
    const again = await call(`/evaluation_runs/${first.id}/cancel`, jobs.acme, { method: 'POST' });
    expect(again.status).toBe(400);
    await jobs.workers.aborted('cell');
    release();
    expect(await ended(second.id)).toMatchObject({ status: 'succeeded' });
  });

  test('tell which cells failed, and try those alone again', async () => {
    jobs.workers.fail('cell', 'the weights are damaged');
    const body = { models: [baseModel], tasks: [task({ max_tokens: 9 })] };
    const { id } = await create(body);
    expect(await ended(id)).toMatchObject({ status: 'failed', cells: { failed: 1 } });
    expect((await cellsOf(id))[0]).toMatchObject({
      status: 'failed',
      error: 'the weights are damaged',
      figures: null,
    });
    jobs.workers.fail('cell', undefined);
    expect(await ended((await create(body)).id)).toMatchObject({ status: 'succeeded' });
  });

  test('lose verdicts with the answers that they were on, whichever run these came from', async () => {
    const upload = () => jobs.upload([['Who is Cid?', 'A cook.']]);
    const [one, other] = [await upload(), await upload()];
    const judged = async (forget: string, judge: string): Promise<string> => {
      const tasks = [task({ files: { forget, retain: jobs.retain }, judge })];
      const { id } = await create({ models: [baseModel], tasks });
      expect(await ended(id)).toMatchObject({ status: 'succeeded' });
      return id;
    };
    const before = asked();
    const ids = [await judged(one, 'lexical'), await judged(other, 'nli')];
    expect(asked() - before).toBe(1);
    await jobs.acme.client.files.delete(other);
    for (const id of ids)
      await vi.waitFor(async () =>
        expect((await cellsOf(id))[0]).toMatchObject({ status: 'erased', figures: null }),
      );
  });

  test('lose the cells that were made from a file or a model that is deleted', async () => {
    const model = await tune();
    const forget = await jobs.upload([['Who is Ben?', 'A baker.']]);
    const tasks = [task({ files: { forget, retain: jobs.retain } }), task()];
    const { id } = await create({ models: [baseModel, model], tasks });
    await ended(id);
    await jobs.acme.client.files.delete(forget);
    const statuses = async () =>
      (await cellsOf(id)).map(({ status, figures }) => [status, !!figures]);
    await vi.waitFor(async () =>
      expect(await statuses()).toEqual([
        ['erased', false],
        ['succeeded', true],
        ['erased', false],
        ['succeeded', true],
      ]),
    );
    await jobs.acme.client.models.delete(model);
    await vi.waitFor(async () => expect((await statuses()).at(-1)).toEqual(['erased', false]));
    const lines = await (await call(`/evaluation_runs/${id}/results`)).text();
    expect(lines.trim().split('\n')).toHaveLength(1);
  });

  test('are gone at once when they are deleted, with a receipt; shared cells stay', async () => {
    const tasks = [task({ max_tokens: 11 })];
    const first = await create({ models: [baseModel], tasks });
    const second = await create({
      models: [baseModel],
      tasks: [...tasks, task({ max_tokens: 12 })],
    });
    await ended(first.id);
    await ended(second.id);
    const own = (await cellsOf(second.id))[1]!.id;
    expect(
      (await call(`/evaluation_runs/${second.id}`, jobs.acme, { method: 'DELETE' })).status,
    ).toBe(200);
    expect((await call(`/evaluation_runs/${second.id}`)).status).toBe(404);
    expect((await cellsOf(first.id))[0]).toMatchObject({ status: 'succeeded' });
    await vi.waitFor(async () => {
      const { data } = await read<{ data: { target: string; envelope: { payload: string } }[] }>(
        '/receipts',
      );
      const receipt = data.find(({ target }) => target === second.id)!;
      const text = Buffer.from(receipt.envelope.payload, 'base64').toString();
      const { predicate } = JSON.parse(text) as {
        predicate: { kind: string; keysDestroyed: string[] };
      };
      expect(predicate.kind).toBe('evaluation_run');
      // The verdicts', and those of the answers that they were on.
      expect(predicate.keysDestroyed).toEqual(expect.arrayContaining([own, second.id]));
      expect(predicate.keysDestroyed).toHaveLength(3);
    });
  });
});
