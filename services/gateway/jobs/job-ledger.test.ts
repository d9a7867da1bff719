// State changes on every database: what arrives twice, late or at once counts once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import { modelSpace } from '#contracts/spaces.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { useTempStore } from '#testing/temp-store.js';
import type { Database } from '../database/database.js';
import { LeaseLostError } from '../database/lease-lost.error.js';
import { Lease } from '../database/lease.js';
import { leases, tenants } from '../database/schema.js';
import { type JobRow, TenantRecords } from '../database/tenant-records.js';
import { eachDatabase } from '../testing/databases.js';
import { stageId } from './flow-stage.js';
import { flowStages } from './job-flow.js';
import { eventsOf, JobLedger } from './job-ledger.js';
import type { StageState } from './job-queue.js';
import { sealRequest } from './job-words.js';

const request = jobRequestSchema.parse({
  model: 'm',
  training_file: 'file-f',
  method: { type: 'unlearn', unlearn: { retain_file: 'file-r' } },
});

const hash = 'a'.repeat(64);

const artifacts = useTempStore();

eachDatabase((create) => {
  let database: Database;
  let ledger: JobLedger;
  let records: TenantRecords;

  beforeAll(async () => {
    database = await (await create()).open();
    ledger = new JobLedger(database, artifacts.store);
    await database.sql.insert(tenants).values({ id: 't', name: '' as SealedText });
    records = new TenantRecords(database.sql, 't');
  });
  afterAll(() => database.close());

  async function addJob(id: string): Promise<JobRow> {
    const texts = await (await artifacts.space('t', id)).textKey();
    await artifacts.space('t', modelSpace(id));
    const set = { space: 'file-set', hash };
    const data = { training: set, retain: set, evaluation: { forget: set, retain: set } };
    const job = (await records.jobs.insert({
      id,
      status: 'queued',
      ...sealRequest(texts, id, request),
      base: 'm',
      data,
      traceId: 'x',
    }))!;
    await records.stages.insertAll(
      flowStages(job).map(({ id: stage, stage: name, position }) => ({
        id: stage,
        jobId: id,
        stage: name,
        position,
      })),
    );
    return job;
  }
  /** What the stage's job in its queue says, told to the ledger. */
  const tell = async (jobId: string, state: StageState, to = ledger) =>
    to.apply((await ledger.find(stageId(jobId, state.stage)))!, [state]);
  const published = {
    model: { name: 'ft:m:t::1', base: 'm', adapter: 'b'.repeat(64), storedBytes: 1 },
    before: null,
    after: null,
  };
  const history = async (jobId: string) =>
    (await records.events.page({ limit: 100, order: 'asc' }, eventsOf(jobId)))!.rows.map(
      ({ key }) => key,
    );
  const twentyTimes = (work: () => Promise<unknown>) =>
    Promise.all(Array.from({ length: 20 }, work));

  test('counts an event once, however often it comes', async () => {
    await addJob('often');
    const progress = (done: number): StageState => ({
      stage: 'train',
      state: 'active',
      progress: { stage: 'train', done, total: 1000, metrics: { loss: 1 / done } },
    });
    await twentyTimes(() => tell('often', { stage: 'train', state: 'active' }));
    await twentyTimes(() => tell('often', progress(500)));
    // Late, and less than a percent further.
    await tell('often', progress(100));
    await tell('often', progress(501));
    expect(await records.stages.find(stageId('often', 'train'))).toMatchObject({
      status: 'running',
      done: 501,
      total: 1000,
    });
    await twentyTimes(() =>
      tell('often', { stage: 'train', state: 'completed', result: { tokens: 7, steps: 3 } }),
    );
    expect(await history('often')).toEqual([
      'running',
      'started:train',
      'progress:train:50',
      'completed:train',
    ]);
    expect(await records.jobs.find('often')).toMatchObject({
      status: 'running',
      trainedTokens: 7,
      trainedSteps: 3,
    });
    expect(await records.stages.find(stageId('often', 'train'))).toMatchObject({
      status: 'succeeded',
      done: 1000,
      total: 1000,
    });
  });

  test('says once what a stage warns of, and keeps its figures', async () => {
    await addJob('warned');
    const result = {
      augmented: hash,
      rows: 4,
      leaked: 0,
      language: 0,
      empty: 0,
      lost: 1,
      lostLines: '7',
    };
    await twentyTimes(() => tell('warned', { stage: 'augment', state: 'completed', result }));
    expect(await history('warned')).toEqual([
      'running',
      'started:augment',
      'warning:augment',
      'completed:augment',
    ]);
    expect(await records.stages.find(stageId('warned', 'augment'))).toMatchObject({
      status: 'succeeded',
      metrics: { rows: 4, lost: 1 },
    });
  });

  test('lets one end win, and the model exist only if it is success', async () => {
    const job = await addJob('contested');
    const ends = await Promise.all([
      ledger.cancel(job).then((won) => won !== undefined),
      ledger.succeed(job, published),
      ledger.succeed(job, published),
      ledger
        .fail(job, 'train', { code: 'train_failed', message: 'no', param: null })
        .then(() => false),
    ]);
    const { status } = (await records.jobs.find('contested'))!;
    expect(ends.filter(Boolean)).toHaveLength(status === 'failed' ? 0 : 1);
    expect((await records.models.select()).length).toBe(status === 'succeeded' ? 1 : 0);
    expect((await history('contested')).filter((key) => key === 'ended')).toHaveLength(1);
  });

  test('adds nothing to the history after the end', async () => {
    const job = await addJob('over');
    await ledger.cancel(job);
    await tell('over', { stage: 'before', state: 'active' });
    await tell('over', { stage: 'before', state: 'completed' });
    await ledger.fail(job, 'before', { code: 'x', message: 'x', param: null });
    expect(await history('over')).toEqual(['ended']);
    expect(await records.jobs.find('over')).toMatchObject({
      status: 'cancelled',
      error: null,
      flowOpen: true,
    });
  });

  test('publishes twice as once', async () => {
    const job = await addJob('published');
    const grounded = { knowledgeBaseId: 'kb-1', grounding: { margin: 1 } };
    const model = { ...published, model: { ...published.model, ...grounded, name: 'ft:m:t::2' } };
    expect(await ledger.succeed(job, model)).toBe(true);
    expect(await ledger.succeed(job, model)).toBe(false);
    expect(await records.models.find(modelSpace('published'))).toMatchObject({
      base: 'm',
      adapter: published.model.adapter,
      jobId: 'published',
      ...grounded,
    });
    expect(await records.stages.find(stageId('published', 'train'))).toMatchObject({
      status: 'succeeded',
    });
  });

  test('writes all that the stages say in their order, and nothing that it knows', async () => {
    await addJob('in-order');
    const states: StageState[] = [
      { stage: 'before', state: 'completed' },
      { stage: 'augment', state: 'completed' },
      { stage: 'train', state: 'active' },
    ];
    const record = async () => (await ledger.find(stageId('in-order', 'train')))!;
    expect(await ledger.apply(await record(), states)).toBeUndefined();
    const told = await history('in-order');
    expect(told).toEqual([
      'running',
      'started:before',
      'completed:before',
      'started:augment',
      'completed:augment',
      'started:train',
    ]);
    const known = await record();
    expect(await ledger.apply(known, states)).toBeUndefined();
    const failed: StageState = { stage: 'train', state: 'failed', failedReason: 'no' };
    expect(await ledger.apply(known, [...states.slice(0, 2), failed])).toBe(failed);
    expect(await record()).toEqual(known);
    expect(await history('in-order')).toEqual(told);
  });

  test('under a lease writes nothing once the lease has gone to another', async () => {
    await addJob('leased');
    const [first, second] = [1, 2].map(() => new Lease(database, 'jobs', 60_000)) as [Lease, Lease];
    expect(await first.take()).toBe(true);
    await tell('leased', { stage: 'before', state: 'active' }, ledger.under(first));
    await database.sql.update(leases).set({ expiresAt: new Date(0) });
    expect(await second.take()).toBe(true);
    const late = tell('leased', { stage: 'before', state: 'completed' }, ledger.under(first));
    await expect(late).rejects.toThrow(LeaseLostError);
    expect(await history('leased')).toEqual(['running', 'started:before']);
    await tell('leased', { stage: 'before', state: 'completed' }, ledger.under(second));
    expect(await history('leased')).toContain('completed:before');
  });
});
