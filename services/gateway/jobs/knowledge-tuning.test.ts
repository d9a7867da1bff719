import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job, Model, ReadKnowledgeBase } from '#client/types.js';
import { required } from '#collections/required.js';
import { baseModel } from '../testing/inference.js';
import { stagesOf, useJobs } from '../testing/jobs.js';

const jobs = useJobs();
const param = 'method.knowledge_tuning.knowledge_base';
let base: ReadKnowledgeBase;

beforeEach(async () => {
  const body = new FormData();
  body.set('name', 'meds');
  body.set(
    'file',
    new File(['{"id":"m1","name":"Balovex","attributes":{"dosage":["1"]}}'], 'm.jsonl'),
  );
  base = await jobs.acme.client.post('/knowledge_bases', { body });
});

const create = (id = base.id, body: object = {}, tenant = jobs.acme): Promise<Job> =>
  jobs.create(
    {
      model: baseModel,
      suffix: 'meds',
      method: { type: 'knowledge_tuning', knowledge_tuning: { knowledge_base: id } },
      ...body,
    } as never,
    tenant,
  ) as unknown as Promise<Job>;
const retrieve = (id: string): Promise<Job> =>
  jobs.acme.client.fineTuning.jobs.retrieve(id) as unknown as Promise<Job>;
const change = (): Promise<unknown> =>
  jobs.acme.client.post(`/knowledge_bases/${base.id}/changes`, {
    body: { changes: [{ op: 'set', entity: 'm1', attribute: 'dosage', values: ['2'] }] },
  });
/** Whether a version's bytes are still there. */
const isKept = (space: string): boolean =>
  existsSync(join(required(jobs.gateway.environment(), 'ARTIFACTS'), jobs.acme.id, space));
const held = (): string => jobs.workers.seen.augmentKnowledge.at(-1)!.knowledge.space;

describe('a job that tunes to a knowledge base', () => {
  test('needs no file, and leaves a model that answers from the base', async () => {
    const { id, ...created } = await create();
    expect(created).toMatchObject({
      training_file: null,
      method: { knowledge_tuning: { knowledge_base: base.id, augmentation: { rows: 1000 } } },
    });
    await jobs.followed(id);
    const job = await retrieve(id);
    expect(stagesOf(job)).toEqual(
      ['augment', 'train', 'after', 'publish'].map((stage) => `${stage} succeeded`),
    );
    expect((job as { stages: object[] }).stages[0]).toMatchObject({
      metrics: { rows: 9, unlinked: 1 },
    });
    const model: Model = await jobs.acme.client.models.retrieve(job.fine_tuned_model!);
    expect(model.knowledge).toMatchObject({ knowledge_base: base.id });
  });

  test("is refused for a base that is none, or not the tenant's, and with a file", async () => {
    const missing = { status: 404, code: 'knowledge_base_not_found', param };
    await expect(create('kb-none')).rejects.toMatchObject(missing);
    await expect(create(base.id, {}, jobs.other)).rejects.toMatchObject(missing);
    await expect(create(base.id, { training_file: jobs.forget })).rejects.toMatchObject({
      status: 400,
      param: 'training_file',
      message: expect.stringContaining('must not be given'),
    });
  });

  test.each([
    ['changed', change],
    ['deleted', () => jobs.acme.client.delete(`/knowledge_bases/${base.id}`)],
  ])('has its version to the end, though the base is %s meanwhile', async (_, happens) => {
    const release = jobs.workers.hold('augment');
    const reached = jobs.workers.reached('augment');
    const { id } = await create();
    await reached;
    await happens();
    expect(isKept(held())).toBe(true);
    release();
    await jobs.followed(id);
    expect((await retrieve(id)).status).toBe('succeeded');
    await expect.poll(() => isKept(held())).toBe(false);
  });

  test('that is deleted leaves the base as it is', async () => {
    const { id } = await create();
    await jobs.followed(id);
    await jobs.acme.client.delete(`/fine_tuning/jobs/${id}`);
    expect(isKept(held())).toBe(true);
    await expect(retrieve(id)).rejects.toMatchObject({ status: 404 });
  });
});
