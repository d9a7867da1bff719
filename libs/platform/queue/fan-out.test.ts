import { FlowProducer, type Job, type QueueOptions, Worker } from 'bullmq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { gate } from '#testing/gate.js';
import { openQueues, samplePayloads, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import type { JobEvent } from './queue-listener.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());
const { augment, evaluate, shard } = samplePayloads;

const permanent = (message: string) => new Failure(message, { permanent: true });

describe('fanOut', () => {
  test('runs children on other workers, re-enters with their results in order, and reports how many are done', async () => {
    const queues = open();
    const entries: number[] = [];
    const progress: JobEvent[] = [];
    const done = gate<JobEvent>();
    queues.listen({
      names: ['evaluate'],
      handle: async (event) => {
        if (event.event === 'progress') progress.push(event);
        if (event.event === 'completed') done.resolve(event);
      },
    });
    queues
      .workers()
      .register('evaluate', {
        async handle(payload, context) {
          entries.push(context.attempt);
          const results = await context.fanOut(
            'evaluate-shard',
            [0, 1, 2, 3, 4].map((from) => shard(payload.jobId, from, 5)),
          );
          return { order: results.map((result) => (result as { from: number }).from).join() };
        },
      })
      .start();
    queues
      .workers()
      .register('evaluate-shard', { handle: async ({ from }) => ({ from }) })
      .start();
    queues
      .workers()
      .register('augment', { handle: async () => {} })
      .start();
    // A child by the flow, which the fan-out's progress must not count.
    const before = [{ name: 'augment' as const, id: 'a', payload: augment() }];
    await queues.producer.addFlow({
      name: 'evaluate',
      id: 'e',
      payload: evaluate(),
      children: before,
    });
    expect((await done.promise).result).toEqual({ order: '0,1,2,3,4' });
    expect(entries).toEqual([1, 1]);
    // The last report may come after the end that it told of.
    await expect.poll(() => progress.length).toBe(5);
    const counts = progress.map((event) => event.progress!);
    expect(counts.map(({ stage, total }) => `${stage} ${total}`)).toEqual(
      Array(5).fill('before 5'),
    );
    expect(Math.max(...counts.map((count) => count.done))).toBe(5);
  });

  test('leaves nothing of its children, done or failed, and does none of them twice', async () => {
    const queues = open();
    const done = queues.event(['evaluate'], ({ event }) => event === 'completed');
    const runs: number[] = [];
    let entries = 0;
    queues
      .workers()
      .register('evaluate', {
        async handle({ jobId }, { fanOut }) {
          entries += 1;
          const all = [0, 1, 2].map((from) => shard(jobId, from, 3));
          // Entered for the first time, it dies when part of its children were added.
          const results = await fanOut('evaluate-shard', entries === 1 ? all.slice(0, 1) : all);
          if (entries === 2) throw new Error('killed');
          return { results: JSON.stringify(results) };
        },
      })
      .register('evaluate-shard', {
        async handle({ from }) {
          runs.push(from);
          return { from };
        },
      })
      .start();
    await queues.producer.add('evaluate', evaluate(), { id: 'e' });
    expect((await done).result).toEqual({ results: '[{"from":0},{"from":1},{"from":2}]' });
    expect(runs.toSorted()).toEqual([0, 1, 2]);
    const connection = queues.connections.patient();
    const left = (): Promise<string[]> =>
      connection.keys(`${queues.prefix}:evaluate-shard:e-evaluate-shard-*`);
    await expect.poll(left).toEqual([]);
  });

  test('fails the parent when a child fails, at once and with its reason', async () => {
    const queues = open();
    const { promise: held, resolve: release } = gate();
    const failed = queues.event(['evaluate'], ({ event }) => event === 'failed');
    queues
      .workers()
      .register('evaluate', {
        handle: async (payload, { fanOut }) =>
          void (await fanOut('evaluate-shard', [shard(payload.jobId), shard(payload.jobId, 1)])),
      })
      .register('evaluate-shard', {
        handle: ({ from }) => (from === 1 ? Promise.reject(permanent('broken shard')) : held),
      })
      .start();
    await queues.producer.add('evaluate', evaluate(), { id: 'e' });
    const outcome = { state: 'failed', failedReason: 'broken shard' };
    expect((await failed).failedReason).toBe('broken shard');
    expect(await queues.producer.state('evaluate', 'e')).toMatchObject(outcome);
    release();
  });

  test('ends the other children where one has failed for good', async () => {
    const queues = open();
    const failed = queues.event(['evaluate'], ({ event }) => event === 'failed');
    const begun: number[] = [];
    const [running, ended] = [gate(), gate<unknown>()];
    queues
      .workers()
      .register('evaluate', {
        handle: async ({ jobId }, { fanOut }) =>
          void (await fanOut(
            'evaluate-shard',
            Array.from({ length: 20 }, (_, from) => shard(jobId, from, 20)),
          )),
      })
      .start();
    // Two at a time: one waits for its end, the other fails once that one runs.
    queues
      .workers({ concurrency: { 'evaluate-shard': 2 } })
      .register('evaluate-shard', {
        async handle({ from }, { signal }) {
          begun.push(from);
          if (begun.length === 2) {
            await running.promise;
            throw permanent('broken shard');
          }
          running.resolve();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          ended.resolve(signal.reason);
          throw signal.reason;
        },
      })
      .start();
    await queues.producer.add('evaluate', evaluate(), { id: 'e' });
    expect((await failed).failedReason).toBe('broken shard');
    expect(await ended.promise).toMatchObject({ type: 'cancelled' });
    const connection = queues.connections.patient();
    const left = (): Promise<string[]> =>
      connection.keys(`${queues.prefix}:evaluate-shard:e-evaluate-shard-*`);
    await expect.poll(left).toEqual([]);
    // The one whose turn came as the failed one ended may have begun, to be ended at once.
    expect(begun.length).toBeLessThanOrEqual(3);
    expect((await queues.producer.state('evaluate', 'e'))?.failedReason).toBe('broken shard');
  });
});

describe('fanOutAhead', () => {
  /** A parent behind a job that begins its first two children; then all three are asked for. */
  function family(queues: TestQueues, ready: Promise<unknown>) {
    const runs: number[] = [];
    const begun = gate();
    const payloads = (jobId: string) => [0, 1, 2].map((from) => shard(jobId, from, 3));
    queues
      .workers()
      .register('augment', {
        async handle({ jobId }, { fanOutAhead }) {
          const some = payloads(jobId).slice(0, 2);
          await fanOutAhead({ name: 'evaluate', id: 'e' }, 'evaluate-shard', some);
          await ready;
        },
      })
      .register('evaluate', {
        async handle({ jobId }, { fanOut }) {
          begun.resolve();
          const results = await fanOut('evaluate-shard', payloads(jobId));
          return { results: JSON.stringify(results) };
        },
      })
      .start();
    const children = [{ name: 'augment' as const, id: 'a', payload: augment() }];
    const add = () =>
      queues.producer.addFlow({ name: 'evaluate', id: 'e', payload: evaluate(), children });
    return { runs, begun: begun.promise, add };
  }

  test('begins children of a job that waits, which then finds what they came to', async () => {
    const queues = open();
    const progress: JobEvent[] = [];
    const done = gate<JobEvent>();
    queues.listen({
      names: ['evaluate'],
      handle: async (event) => {
        if (event.event === 'progress') progress.push(event);
        if (event.event === 'completed') done.resolve(event);
      },
    });
    const both = gate();
    const { runs, add } = family(queues, both.promise);
    queues
      .workers()
      .register('evaluate-shard', {
        async handle({ from }) {
          if (runs.push(from) === 2) both.resolve();
          return { from };
        },
      })
      .start();
    await add();
    const { result } = await done.promise;
    expect(result).toEqual({ results: '[{"from":0},{"from":1},{"from":2}]' });
    expect(runs.toSorted()).toEqual([0, 1, 2]);
    // Nothing is told of a stage that has not begun, nor of children that it has not asked for.
    await expect.poll(() => progress.at(-1)?.progress).toMatchObject({ done: 3, total: 3 });
    expect(progress.map((event) => event.progress!.done)).toEqual([3]);
  });

  test('lets the job wait on where a child fails, and fails it with its reason in its turn', async () => {
    const queues = open();
    const failed = queues.event(['evaluate'], ({ event }) => event === 'failed');
    const [ready, gone] = [gate(), gate()];
    let isReady = false;
    const { begun, add } = family(queues, ready.promise);
    queues
      .workers()
      .register('evaluate-shard', {
        async handle({ from }) {
          if (from === 0) throw permanent('broken shard');
          gone.resolve();
          return { from };
        },
      })
      .start();
    await add();
    await gone.promise;
    const counts = () => queues.producer.counts('evaluate-shard');
    await expect.poll(counts).toMatchObject({ active: 0, prioritized: 0 });
    void begun.then(() => expect(isReady).toBe(true));
    isReady = true;
    ready.resolve();
    expect((await failed).failedReason).toBe('broken shard');
  });

  test('begins nothing for a job that is gone', async () => {
    const queues = open();
    const done = queues.event(['augment'], ({ event }) => event === 'completed');
    queues
      .workers()
      .register('augment', {
        handle: (_, { fanOutAhead }) =>
          fanOutAhead({ name: 'evaluate', id: 'gone' }, 'evaluate-shard', [shard()]),
      })
      .start();
    await queues.producer.add('augment', augment());
    await done;
    expect(await queues.producer.counts('evaluate-shard')).toMatchObject({
      wait: 0,
      prioritized: 0,
    });
  });
});

/** A job with two shards as release 0.1 queued them. @returns the first of them, begun. */
async function queuedEarlier({ connections, prefix }: TestQueues): Promise<Job> {
  const options: QueueOptions = { connection: connections.patient() as never, prefix };
  const { task: _task, shards: _shards, ...payload } = shard();
  const [flows, worker] = [new FlowProducer(options), new Worker('evaluate-shard', null, options)];
  onTestFinished(async () => void (await Promise.all([flows.close(), worker.close()])));
  await flows.add({
    name: 'evaluate',
    queueName: 'evaluate',
    data: evaluate(),
    opts: { jobId: 'e' },
    children: [0, 1].map((index) => ({
      name: 'evaluate-shard',
      queueName: 'evaluate-shard',
      data: { ...payload, from: index, to: index + 1 },
      opts: { jobId: `e-evaluate-shard-${index}`, failParentOnFailure: true },
    })),
  });
  const job = await worker.getNextJob('earlier');
  if (!job) throw new Error('expected a shard that waits');
  return job;
}

describe('shards of an earlier release', () => {
  test('are not taken for those of this one', async () => {
    const queues = open();
    const done = queues.event(['evaluate'], ({ event }) => event === 'completed');
    const first = await queuedEarlier(queues);
    await first.moveToCompleted({ rows: 'a'.repeat(64) }, 'earlier', false);
    const shards: number[] = [];
    queues
      .workers()
      .register('evaluate', {
        async handle({ jobId }, { fanOut }) {
          const parts = [shard(jobId, 0, 2), shard(jobId, 1, 2)];
          return { parts: JSON.stringify(await fanOut('evaluate-shard', parts)) };
        },
      })
      .register('evaluate-shard', {
        async handle({ from, shards: siblings = 0 }) {
          shards.push(siblings);
          return { from };
        },
      })
      .start();
    expect((await done).result).toEqual({ parts: '[{"from":0},{"from":1}]' });
    expect(shards).toEqual([0, 2, 2]);
  });

  test('fail their job with their reason', async () => {
    const queues = open();
    const failed = queues.event(['evaluate'], ({ event }) => event === 'failed');
    const first = await queuedEarlier(queues);
    queues
      .workers()
      .register('evaluate', { handle: async () => {} })
      .start();
    await first.moveToFailed(permanent('broken shard'), 'earlier');
    await failed;
    const state = await queues.producer.state('evaluate', 'e');
    expect(state).toMatchObject({ state: 'failed', failedReason: 'broken shard' });
  });
});
