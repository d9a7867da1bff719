// State changes on every database: what arrives twice, late or at once counts once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import type { Database } from '../database/database.js';
import { tenants } from '../database/schema.js';
import { type JobRow, TenantRecords } from '../database/tenant-records.js';
import { eachDatabase } from '../testing/databases.js';
import { stageId } from './flow-stage.js';
import { flowStages } from './job-flow.js';
import { eventsOf, JobLedger } from './job-ledger.js';

const request = jobRequestSchema.parse({
  model: 'm',
  training_file: 'file-f',
  method: { type: 'unlearn', unlearn: { retain_file: 'file-r' } },
});

eachDatabase((create) => {
  let database: Database;
  let ledger: JobLedger;
  let records: TenantRecords;

  beforeAll(async () => {
    database = await (await create()).open();
    ledger = new JobLedger(database);
    await database.sql.insert(tenants).values({ id: 't', name: 't' });
    records = new TenantRecords(database.sql, 't');
  });
  afterAll(() => database.close());

  async function addJob(id: string): Promise<JobRow> {
    const hash = 'a'.repeat(64);
    const data = { training: hash, retain: hash, evaluation: { forget: hash, retain: hash } };
    const job = (await records.jobs.insert({
      id,
      status: 'queued',
      request,
      base: 'm',
      data,
      traceId: 'x',
    }))!;
    for (const { id: stage, stage: name, position } of flowStages(job))
      await records.stages.insert({ id: stage, jobId: id, stage: name, position });
    return job;
  }
  const place = (jobId: string, stage: 'before' | 'train') => ({
    tenantId: 't',
    jobId,
    id: stageId(jobId, stage),
    stage,
  });
  const published = {
    model: 'ft:m:t::1',
    base: 'm',
    adapter: 'b'.repeat(64),
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
    const progress = (done: number) => ({
      stage: 'train' as const,
      done,
      total: 1000,
      metrics: { loss: 1 / done },
    });
    await twentyTimes(() => ledger.started(place('often', 'train')));
    await twentyTimes(() => ledger.progressed(place('often', 'train'), progress(500)));
    // Late, and less than a percent further.
    await ledger.progressed(place('often', 'train'), progress(100));
    await ledger.progressed(place('often', 'train'), progress(501));
    expect(await records.stages.find(stageId('often', 'train'))).toMatchObject({
      status: 'running',
      done: 501,
      total: 1000,
    });
    await twentyTimes(() =>
      ledger.completed(place('often', 'train'), { trained: { tokens: 7, steps: 3 } }),
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
    await twentyTimes(() =>
      ledger.completed(place('warned', 'train'), { metrics: { lost: 1 }, warning: 'One is lost.' }),
    );
    expect(await history('warned')).toEqual([
      'running',
      'started:train',
      'warning:train',
      'completed:train',
    ]);
    expect(await records.stages.find(stageId('warned', 'train'))).toMatchObject({
      status: 'succeeded',
      metrics: { lost: 1 },
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
    expect(ends.filter(Boolean)).toHaveLength(1);
    const { status } = (await records.jobs.find('contested'))!;
    expect((await records.models.select()).length).toBe(status === 'succeeded' ? 1 : 0);
    expect((await history('contested')).filter((key) => key === 'ended')).toHaveLength(1);
  });

  test('adds nothing to the history after the end', async () => {
    const job = await addJob('over');
    await ledger.cancel(job);
    await ledger.started(place('over', 'before'));
    await ledger.completed(place('over', 'before'));
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
    const model = { ...published, model: 'ft:m:t::2' };
    expect(await ledger.succeed(job, model)).toBe(true);
    expect(await ledger.succeed(job, model)).toBe(false);
    expect(await records.models.find('ft:m:t::2')).toMatchObject({
      base: 'm',
      adapter: published.adapter,
      jobId: 'published',
    });
    expect(await records.stages.find(stageId('published', 'train'))).toMatchObject({
      status: 'succeeded',
    });
  });
});
