// The model that an audit compares with.

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { modelSpace } from '#contracts/spaces.js';
import { Database } from '../database/database.js';
import { jobs } from '../database/schema.js';
import { dataSet } from '../testing/gateway.js';
import { baseModel, damagedModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;

const param = 'method.unlearn.evaluation.reference';
const against = (reference: string, body: object = {}) =>
  unlearning({ objective: 'npo', evaluation: { reference } }, body);

async function taught(): Promise<{ id: string; model: string }> {
  const body = { model: baseModel, training_file: given.retain, suffix: 'canaryretain' };
  const { id } = await create(body as never);
  await followed(id);
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  return { id, model: model! };
}

test('is resolved when the job is made, and told as it was named, but kept under seal', async () => {
  const { id, model } = await taught();
  const job = await create(against(model));
  await followed(job.id);
  expect(given.workers.seen.audit.at(-1)).toMatchObject({
    jobId: job.id,
    reference: { kind: 'model', model: { base: baseModel, adapter: { space: modelSpace(id) } } },
  });
  const told = await given.acme.client.fineTuning.jobs.retrieve(job.id);
  expect(told.method).toMatchObject({ unlearn: { evaluation: { reference: model } } });
  const stored = await gateway.app.get(Database).sql.select().from(jobs).where(eq(jobs.id, job.id));
  expect(stored).toHaveLength(1);
  expect(JSON.stringify(stored)).not.toContain('canaryretain');
});

test('of a tuned model is its bare base where none is named', async () => {
  const { model } = await taught();
  const { id } = await create(unlearning({ objective: 'npo' }, { model }));
  await followed(id);
  expect(given.workers.seen.audit.at(-1)).toMatchObject({
    reference: { kind: 'base', model: { base: baseModel } },
  });
});

test("is refused where it is none, another tenant's, damaged or the one that is to forget", async () => {
  const { model } = await taught();
  const none = { status: 404, param, code: 'model_not_found' };
  await expect(create(against('none'))).rejects.toMatchObject(none);
  const upload = async (question: string): Promise<string> => {
    const file = dataSet([[question, 'a']]);
    return (await given.other.client.files.create({ file, purpose: 'fine-tune' })).id;
  };
  const theirs = unlearning(
    { retain_file: await upload('q'), evaluation: { reference: model } },
    { training_file: await upload('p') },
  );
  await expect(create(theirs, given.other)).rejects.toMatchObject(none);
  await expect(create(against(damagedModel))).rejects.toMatchObject({ status: 500, param });
  await expect(create(against(baseModel))).rejects.toMatchObject({ status: 400, param });
  await expect(create(against(model, { model }))).rejects.toMatchObject({ status: 400, param });
});
