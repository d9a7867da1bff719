import { describe, expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { gate } from '#testing/gate.js';
import { openQueues, samplePayloads } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { InvalidPayloadError } from '../errors/invalid-payload.error.js';
import { currentContext } from '../log/context.js';
import type { JobEvent } from './queue-listener.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());
const { publish, augment, evaluate } = samplePayloads;

const permanent = (message: string) => new Failure(message, { permanent: true });

describe('a job', () => {
  test('runs with its payload, its ids in the log context, and reports progress and result', async () => {
    const queues = open();
    const events: JobEvent[] = [];
    const done = gate();
    queues.listen({
      names: ['publish'],
      handle: async (event) => {
        events.push(event);
        if (event.event === 'completed') done.resolve();
      },
    });
    queues
      .workers()
      .register('publish', {
        async handle(payload, context) {
          await context.progress({ stage: 'publish', done: 1, total: 1 });
          return { job: payload.jobId, attempt: context.attempt, trace: currentContext().traceId! };
        },
      })
      .start();
    await queues.producer.add('publish', publish('j1'), { id: 'j1-publish' });
    await done.promise;
    expect(events.map(({ event }) => event)).toEqual(['active', 'progress', 'completed']);
    expect(events[1]!.progress).toEqual({ stage: 'publish', done: 1, total: 1 });
    expect(events[2]).toMatchObject({
      queue: 'publish',
      id: 'j1-publish',
      result: { job: 'j1', attempt: 1, trace: 'trace' },
    });
    expect(await queues.producer.state('publish', 'j1-publish')).toMatchObject({
      state: 'completed',
      result: { job: 'j1' },
    });
    expect(await queues.producer.state('publish', 'other')).toEqual({ state: 'missing' });
  });

  test('is added once under one id', async () => {
    const queues = open();
    await queues.producer.add('publish', publish(), { id: 'once' });
    await queues.producer.add('publish', publish(), { id: 'once' });
    expect(await queues.producer.counts('publish')).toMatchObject({ prioritized: 1 });
  });

  test('is tried again with its attempt counted, and fails at once on a permanent failure', async () => {
    const queues = open();
    const attempts: number[] = [];
    const failed = queues.event(['publish'], ({ event }) => event === 'failed');
    queues
      .workers()
      .register('publish', {
        async handle(_, { attempt }) {
          attempts.push(attempt);
          throw attempt < 2 ? new Error('private') : permanent('permanently');
        },
      })
      .start();
    await queues.producer.add('publish', publish());
    expect((await failed).failedReason).toBe('permanently');
    expect(attempts).toEqual([1, 2]);
  });

  test('leaves nothing of an unexpected error in Redis but its class', async () => {
    const queues = open();
    queues
      .workers()
      .register('augment', {
        async handle() {
          throw new SyntaxError('private');
        },
      })
      .start();
    await queues.producer.add('augment', augment(), { id: 'keeps' });
    await expect
      .poll(async () => (await queues.producer.state('augment', 'keeps')).failedReason)
      .toBe("unexpected SyntaxError; the service's log says where");
    const reader = queues.connections.patient();
    const job = await reader.hgetall(`${queues.prefix}:augment:keeps`);
    expect(JSON.stringify(job)).not.toContain('private');
  });

  test('with a payload that does not fit is refused by the producer, and failed at once by the worker', async () => {
    const queues = open();
    const bad = { ...publish(), tenantId: 'a:b', text: 'private' };
    await expect(queues.producer.add('publish', bad)).rejects.toThrow(InvalidPayloadError);
    const { Queue } = await import('bullmq');
    const raw = new Queue('publish', {
      connection: queues.connections.patient() as never,
      prefix: queues.prefix,
    });
    const failed = queues.event(['publish'], ({ event }) => event === 'failed');
    queues
      .workers()
      .register('publish', { handle: async () => {} })
      .start();
    await raw.add('publish', bad, { attempts: 5 });
    expect((await failed).failedReason).toMatch(
      /another release of Lethe, .* start it again \(invalid payload of publish: tenantId: must be/,
    );
  });

  test('refuses a second handler for its queue', () => {
    const workers = open()
      .workers()
      .register('publish', { handle: async () => {} });
    expect(() => workers.register('publish', { handle: async () => {} })).toThrow(
      'two handlers for the queue publish',
    );
  });
});

const flow = (id: string) => ({
  name: 'publish' as const,
  id: `${id}-publish`,
  payload: publish(id),
  children: [
    {
      name: 'augment' as const,
      id: `${id}-augment`,
      payload: augment(id),
      children: [{ name: 'evaluate' as const, id: `${id}-before`, payload: evaluate(id) }],
    },
  ],
});

describe('a flow', () => {
  test('runs from its leaves to its root, once, however often it is added', async () => {
    const queues = open();
    const order: string[] = [];
    const note = (name: string) => ({ handle: async () => void order.push(name) });
    const done = queues.event(['publish'], ({ event }) => event === 'completed');
    await queues.producer.addFlow(flow('f1'));
    await queues.producer.addFlow(flow('f1'));
    expect(await queues.producer.state('publish', 'f1-publish')).toMatchObject({
      state: 'waiting',
    });
    queues
      .workers()
      .register('publish', note('publish'))
      .register('augment', note('augment'))
      .register('evaluate', note('evaluate'))
      .start();
    await done;
    await queues.producer.addFlow(flow('f1'));
    expect(order).toEqual(['evaluate', 'augment', 'publish']);
  });

  test('fails up to its root when a stage fails', async () => {
    const queues = open();
    const reached: string[] = [];
    const failed = queues.event(['publish'], ({ event }) => event === 'failed');
    queues
      .workers()
      .register('publish', { handle: async () => void reached.push('publish') })
      .register('augment', { handle: async () => void reached.push('augment') })
      .register('evaluate', { handle: () => Promise.reject(permanent('no model')) })
      .start();
    await queues.producer.addFlow(flow('f2'));
    await failed;
    const outcome = { state: 'failed', failedReason: 'no model' };
    expect(await queues.producer.state('evaluate', 'f2-before')).toMatchObject(outcome);
    expect(await queues.producer.state('publish', 'f2-publish')).toMatchObject(outcome);
    expect(reached).toEqual([]);
  });
});
