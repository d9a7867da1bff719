// Audits of models that are there.

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Auditing } from '#contracts/methods/audit.js';
import { modelSpace } from '#contracts/spaces.js';
import { Database } from '../database/database.js';
import { jobs } from '../database/schema.js';
import { baseModel } from '../testing/inference.js';
import { stagesOf, useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, create, followed } = given;

const auditing = (model: string, options: object = {}) =>
  ({
    model,
    training_file: given.forget,
    method: { type: 'audit', audit: { retain_file: given.retain, ...options } },
  }) as never;

async function taught(suffix: string): Promise<{ id: string; model: string }> {
  const body = { model: baseModel, training_file: given.retain, suffix };
  const { id } = await create(body as never);
  await followed(id);
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  return { id, model: model! };
}

test('ask the model, trains none, and are told as they were named, but kept under seal', async () => {
  const [after, before] = [await taught('canaryafter'), await taught('canarybefore')];
  const { id } = await create(auditing(after.model, { before: before.model, limit: 1 }));
  await followed(id);
  const job = await given.acme.client.fineTuning.jobs.retrieve(id);
  expect(job).toMatchObject({
    status: 'succeeded',
    model: after.model,
    fine_tuned_model: null,
    method: { audit: { tier: 'quick', before: before.model } },
  });
  expect(stagesOf(job)).toEqual(['audit succeeded', 'publish succeeded']);
  const payload = given.workers.seen.audit.at(-1)!;
  const tuned = (one: string) => ({ base: baseModel, adapter: { space: modelSpace(one) } });
  expect(payload).toMatchObject({
    jobId: id,
    model: tuned(before.id),
    unlearned: tuned(after.id),
    reference: { kind: 'base', model: { base: baseModel } },
    limit: 1,
  });
  expect(payload).not.toHaveProperty('hyperparameters');
  const report = await given.acme.client.get(`/fine_tuning/jobs/${id}/report`);
  expect(report).toMatchObject({ model: after.model, audit: { verdict: { passed: false } } });
  expect(report).not.toHaveProperty('before');
  const stored = await gateway.app.get(Database).sql.select().from(jobs).where(eq(jobs.id, id));
  expect(stored).toHaveLength(1);
  expect(JSON.stringify(stored)).not.toMatch(/canary/);
});

test('need nothing but the model and what it is to have forgotten', async () => {
  const { id } = await create(auditing(baseModel, { retain_file: undefined, tier: 'full' }));
  await followed(id);
  const payload = given.workers.seen.audit.at(-1)!;
  expect(payload).toMatchObject({ tier: 'full', unlearned: { base: baseModel } });
  expect(payload.hyperparameters).toBeDefined();
  for (const absent of ['model', 'reference', 'retain', 'holdout'])
    expect(payload).not.toHaveProperty(absent);
});

test('ask what is named, and what that is held against', async () => {
  const { id } = await create(
    auditing(baseModel, { tasks: ['nf4-three-words', 'relearn-retain'] }),
  );
  await followed(id);
  const payload = given.workers.seen.audit.at(-1)!;
  expect(payload).toMatchObject({
    tier: 'named',
    probes: ['direct', 'first-three-words', 'nf4-three-words', 'relearn-retain'],
    hyperparameters: { lora_r: 8 },
  });
  const { method } = await given.acme.client.fineTuning.jobs.retrieve(id);
  const { audit } = method as unknown as Auditing;
  expect(audit).toMatchObject({ tasks: ['nf4-three-words', 'relearn-retain'] });
  expect(audit).not.toHaveProperty('tier');
});

test.each([
  [{ before: baseModel }, 400, 'method.audit.before', 'found the one that is audited'],
  [{ reference: 'none' }, 404, 'method.audit.reference', 'none'],
  [{ retain_file: 'file-none' }, 404, 'method.audit.retain_file', 'file-none'],
  [{ tier: 'none' }, 400, 'method.audit.tier', 'quick'],
  [{ tasks: ['gold', 'leak-at-k'] }, 400, 'method.audit.tasks.1', 'first-three-words'],
  [{ tasks: [] }, 400, 'method.audit.tasks', '1'],
  [{ tasks: ['gold'], tier: 'full' }, 400, 'method.audit.tasks', "goes without 'tier'"],
  [{ tasks: ['holdout'] }, 400, 'method.audit.tasks.0', "'holdout' needs a 'holdout_file'"],
  [
    { tasks: ['gold', 'few-shot'], retain_file: undefined },
    400,
    'method.audit.tasks.1',
    "'few-shot' needs a 'retain_file'",
  ],
  [{ tasks: ['patching'] }, 400, 'method.audit.tasks.0', "'patching' needs the model 'before'"],
  [{ judge: 'sorcery' }, 400, 'method.audit.judge', 'sorcery'],
  [{ objective: 'npo' }, 400, 'method.audit.objective', 'objective'],
])('are refused with %j', async (options, status, param, message) => {
  await expect(create(auditing(baseModel, options))).rejects.toMatchObject({
    status,
    param,
    message: expect.stringContaining(message),
  });
});

test("are refused of another tenant's model, and where both sets ask the same", async () => {
  const { model } = await taught('own');
  await expect(create(auditing(model), given.other)).rejects.toMatchObject({ status: 404 });
  await expect(create(auditing(model, { retain_file: given.forget }))).rejects.toMatchObject({
    status: 400,
    code: 'overlapping_sets',
  });
});
