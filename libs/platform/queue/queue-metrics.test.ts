import { expect, onTestFinished, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { openQueues, samplePayloads, type TestQueues } from '#testing/queue.js';
import { canStartRedis, startRedisServer, useRedis } from '#testing/redis.js';
import { JobMetrics } from '../telemetry/job-metrics.js';
import { Metrics } from '../telemetry/metrics.js';
import { measureQueues } from './queue-metrics.js';

const redis = useRedis();
const { publish, augment, evaluate } = samplePayloads;

function measured(queues: TestQueues): {
  metrics: Metrics;
  figure: (name: string) => Promise<number>;
} {
  const metrics = new Metrics('test');
  measureQueues(metrics, () => queues.producer.figures());
  return {
    metrics,
    async figure(name) {
      const lines = (await metrics.registry.metrics()).split('\n');
      return Number(
        lines
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1),
      );
    },
  };
}

const jobs = (queue: string, state: string) =>
  `lethe_queue_jobs{queue="${queue}",state="${state}",service="test"}`;
const oldest = (queue: string) => `lethe_queue_oldest_seconds{queue="${queue}",service="test"}`;

test('jobs are counted by state, and the oldest is as old as it has waited', async () => {
  const queues = openQueues(redis.url, redis.prefix());
  const { figure } = measured(queues);
  expect(await figure(jobs('publish', 'prioritized'))).toBe(0);
  expect(await figure(oldest('publish'))).toBe(0);
  await queues.producer.add('publish', publish(), { id: 'first' });
  const added = Date.now();
  await expect.poll(() => Date.now() - added).toBeGreaterThan(300);
  await queues.producer.add('publish', publish(), { id: 'second' });
  expect(await figure(jobs('publish', 'prioritized'))).toBe(2);
  expect(await figure(jobs('train', 'prioritized'))).toBe(0);
  const age = await figure(oldest('publish'));
  expect(age).toBeGreaterThanOrEqual(0.3);
  expect(age).toBeLessThanOrEqual((Date.now() - added) / 1000 + 0.1);
  const [begun, release] = [gate(), gate()];
  queues
    .workers({ concurrency: { publish: 1 } })
    .register('publish', {
      async handle() {
        begun.resolve();
        await release.promise;
      },
    })
    .start();
  await begun.promise;
  await expect.poll(() => figure(jobs('publish', 'active'))).toBe(1);
  expect(await figure(jobs('publish', 'prioritized'))).toBe(1);
  release.resolve();
  await expect.poll(() => figure(jobs('publish', 'active'))).toBe(0);
  expect(await figure(oldest('publish'))).toBe(0);
});

test('a stage has waited since the one before it ended, not since its flow was added', async () => {
  const queues = openQueues(redis.url, redis.prefix());
  const { metrics, figure } = measured(queues);
  const jobMetrics = new JobMetrics(metrics);
  const children = [
    { name: 'augment', id: 'flow-augment', payload: augment() },
    { name: 'evaluate', id: 'flow-before', payload: evaluate() },
  ] as const;
  await queues.producer.addFlow({ name: 'publish', id: 'flow', payload: publish(), children });
  const added = Date.now();
  expect(await figure(oldest('publish'))).toBe(0);
  await expect.poll(() => Date.now() - added).toBeGreaterThan(500);
  queues
    .workers({ metrics: jobMetrics })
    .register('augment', { handle: async () => {} })
    .register('evaluate', { handle: async () => {} })
    .start();
  await expect.poll(() => figure(jobs('publish', 'prioritized'))).toBe(1);
  expect(await figure(oldest('publish'))).toBeLessThan((Date.now() - added) / 1000 - 0.4);
  const wait = (of: string) => `lethe_queue_wait_seconds_${of}{service="test",queue="augment"}`;
  await expect.poll(() => figure(wait('count'))).toBe(1);
  expect(await figure(wait('sum'))).toBeGreaterThanOrEqual(0.5);
  queues
    .workers({ metrics: jobMetrics })
    .register('publish', { handle: async () => {} })
    .start();
  const published = (of: string) =>
    `lethe_queue_wait_seconds_${of}{service="test",queue="publish"}`;
  await expect.poll(() => figure(published('count'))).toBe(1);
  expect(await figure(published('sum'))).toBeLessThan((Date.now() - added) / 1000 - 0.4);
});

test('a later try has no wait in the queue', async () => {
  const queues = openQueues(redis.url, redis.prefix());
  const { metrics, figure } = measured(queues);
  const done = gate();
  queues
    .workers({ metrics: new JobMetrics(metrics) })
    .register('publish', {
      async handle(_, { attempt }) {
        if (attempt < 2) throw new Error('once');
        done.resolve();
      },
    })
    .start();
  await queues.producer.add('publish', publish());
  await done.promise;
  await expect
    .poll(() => figure('lethe_queue_wait_seconds_count{service="test",queue="publish"}'))
    .toBe(1);
});

test.skipIf(!canStartRedis)(
  'without Redis a scrape is soon answered, without the gauges',
  async () => {
    const server = await startRedisServer();
    onTestFinished(() => server.kill());
    const queues = openQueues(server.url, 'away');
    const { metrics, figure } = measured(queues);
    expect(await figure(jobs('publish', 'active'))).toBe(0);
    await server.kill();
    const asked = performance.now();
    expect(await figure(jobs('publish', 'active'))).toBeNaN();
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(await metrics.registry.metrics()).toContain('process_cpu_seconds_total');
  },
);
