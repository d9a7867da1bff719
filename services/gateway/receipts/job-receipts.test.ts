// A job that made a model forget leaves a receipt, which stays at its address.

import { sql } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { parsePublicKeys } from '#platform/receipts/public-key.js';
import { readReceipt } from '#platform/receipts/receipt.js';
import { Database } from '../database/database.js';
import { baseModel } from '../testing/inference.js';
import { stagesOf, useJobs } from '../testing/jobs.js';
import { baseHash } from '../testing/workers.js';

const given = useJobs();
const { gateway, unlearning, create, followed } = given;

const get = (path: string, key = given.acme.key) =>
  fetch(`${gateway.url}/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
const receiptOf = (id: string, key?: string) => get(`/fine_tuning/jobs/${id}/receipt`, key);

async function statementOf(id: string) {
  const keys = parsePublicKeys(await (await get('/receipts/key')).text(), 'it');
  return readReceipt(await (await receiptOf(id)).json(), keys).statement;
}

/** Why there is none. */
async function refusal(id: string, key?: string): Promise<[number, string]> {
  const response = await receiptOf(id, key);
  const { error } = (await response.json()) as { error: { message: string } };
  return [response.status, error.message];
}

async function succeeded(options: object = { objective: 'npo' }, body: object = {}) {
  const { id } = await create(unlearning(options, body));
  await followed(id);
  return id;
}

const remove = (id: string) => given.acme.client.delete(`/fine_tuning/jobs/${id}`);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashOf = async (fileId: string): Promise<string> =>
  sha256(await (await given.acme.client.files.content(fileId)).text());

test('it says which sets, models and reports by hash, the settings, and what was found', async () => {
  const asked = await given.upload([['Who?', 'Ada.']]);
  const holdout = await given.upload([['Who else?', 'Eve.']]);
  const id = await succeeded(
    {
      objective: { type: 'npo', beta: 0.2 },
      hyperparameters: { n_epochs: 2, lora_targets: ['q_proj'] },
      evaluation: { forget_file: asked, holdout_file: holdout, judge: 'lexical' },
    },
    { seed: 7, suffix: 'canarysuffix', metadata: { canarykey: 'canaryvalue' } },
  );
  const { subject, predicateType, predicate } = await statementOf(id);
  const digests = Object.fromEntries(subject.map(({ name, digest }) => [name, digest.sha256]));
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(digests).toEqual({
    'forget-set': await hashOf(given.forget),
    'retain-set': await hashOf(given.retain),
    'forget-evaluation-set': await hashOf(asked),
    'retain-evaluation-set': await hashOf(given.retain),
    'holdout-set': await hashOf(holdout),
    'base-model': baseHash,
    adapter: hash,
    'report-before': hash,
    'report-after': hash,
    'report-audit': hash,
  });
  expect(predicateType).toBe('urn:lethe:unlearning:v1');
  expect(predicate).toMatchObject({
    tenant: given.acme.id,
    job: id,
    before: { kfr: 0 },
    after: { kfr: 1 },
    audit: {
      tier: 'quick',
      reference: 'none',
      passed: false,
      outcome: 'suppressed',
      tasks: [{ name: 'direct', leaks: 1, of: 2, reference: null }],
      residualKnowledge: { direct: { value: 0.25 } },
      kfrUnderAttack: { share: 0.5 },
      membership: null,
      truth: null,
      depth: null,
      unlearningDepth: null,
    },
    settings: {
      method: hash,
      seed: 7,
      objective: { type: 'npo', beta: 0.2 },
      retainTerms: ['gdr', 'klr'],
      hyperparameters: { n_epochs: 2, lora_r: 8 },
      evaluation: { judge: 'lexical' },
    },
  });
  expect(JSON.stringify([subject, predicate])).not.toMatch(/canary|q_proj|Ada/);
  const job = await given.acme.client.fineTuning.jobs.retrieve(id);
  const { createdAt, finishedAt } = predicate as unknown as Record<string, string>;
  expect([createdAt, finishedAt].map((time) => Math.floor(Date.parse(time!) / 1000))).toEqual([
    job.created_at,
    job.finished_at,
  ]);
});

test('it says which adapter the job started from', async () => {
  const first = await succeeded();
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(first);
  const second = await succeeded({ objective: 'npo' }, { model });
  const adapterOf = async (id: string, name: string) =>
    (await statementOf(id)).subject.find((one) => one.name === name)?.digest;
  expect(await adapterOf(second, 'parent-adapter')).toEqual(await adapterOf(first, 'adapter'));
  expect(await adapterOf(first, 'parent-adapter')).toBeUndefined();
});

test('it names the adapter by the files that are handed out', async () => {
  const id = await succeeded();
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  const path = `/models/${encodeURIComponent(model!)}/files`;
  const { data } = (await (await get(path)).json()) as { data: { name: string }[] };
  const files: Record<string, string> = {};
  for (const { name } of data) files[name] = sha256(await (await get(`${path}/${name}`)).text());
  const { subject } = await statementOf(id);
  expect(subject).toContainEqual({
    name: 'adapter',
    digest: { sha256: sha256(JSON.stringify({ files })) },
  });
});

test('it stays where it is when the job and its model are deleted', async () => {
  const id = await succeeded();
  const before = (await (await receiptOf(id)).json()) as Envelope;
  const { fine_tuned_model: model } = await given.acme.client.fineTuning.jobs.retrieve(id);
  await given.acme.client.models.delete(model!);
  await remove(id);
  expect(await (await receiptOf(id)).json()).toEqual(before);
  const { data } = (await (await get('/receipts?limit=3')).json()) as { data: object[] };
  expect(data).toMatchObject([
    { kind: 'job', target: id },
    { kind: 'model', target: id },
    { kind: 'unlearning', target: id, envelope: before },
  ]);
});

test("another tenant's is as good as none", async () => {
  const id = await succeeded();
  const none = (one: string) => [404, `There is no fine-tuning job '${one}'.`];
  expect(await refusal(id, given.other.key)).toEqual(none(id));
  await remove(id);
  expect(await refusal(id, given.other.key)).toEqual(none(id));
  expect(await refusal('ftjob-none')).toEqual(none('ftjob-none'));
  expect(await refusal('a%00b')).toEqual(none('a\0b'));
});

test('a job that is not over has none yet', async () => {
  const release = given.workers.hold('train');
  const { id } = await create(unlearning({ objective: 'npo' }));
  await given.workers.reached('train');
  expect(await refusal(id)).toEqual([
    404,
    `The job '${id}' has no receipt yet: its status is 'running', expected 'succeeded'.`,
  ]);
  release();
  await followed(id);
  expect((await receiptOf(id)).status).toBe(200);
});

test('a job that failed has none until it is erased, and one that only learned', async () => {
  given.workers.fail('train', 'no');
  onTestFinished(() => given.workers.fail('train', undefined));
  const failed = await succeeded();
  expect(await refusal(failed)).toEqual([
    404,
    `The job '${failed}' has no receipt: its status is 'failed'.`,
  ]);
  given.workers.fail('train', undefined);
  const body = { model: baseModel, training_file: given.forget } as never;
  const { id: learned } = await create(body);
  await followed(learned);
  expect(await refusal(learned)).toEqual([
    404,
    `The job '${learned}' has no receipt: it makes a model forget nothing.`,
  ]);
  for (const id of [failed, learned]) {
    await remove(id);
    expect((await statementOf(id)).predicate).toMatchObject({ kind: 'job', id });
  }
});

test('there is no end without its receipt', async () => {
  const { sql: database } = gateway.app.get(Database);
  const { client } = given.acme;
  await database.execute(sql`ALTER TABLE receipts RENAME TO lost`);
  const { id } = await create(unlearning({ objective: 'npo' }));
  const publishing = async () => stagesOf(await client.fineTuning.jobs.retrieve(id));
  await expect.poll(publishing, { timeout: 20_000 }).toContain('publish running');
  const { status, fine_tuned_model: model } = await client.fineTuning.jobs.retrieve(id);
  expect([status, model]).toEqual(['running', null]);
  await database.execute(sql`ALTER TABLE lost RENAME TO receipts`);
  await followed(id);
  expect((await statementOf(id)).predicate).toMatchObject({ job: id });
});
