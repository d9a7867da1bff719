// The training service as a process that is killed, and told to stop.

import { expect, test } from 'vitest';
import { jobSpace, workSpace } from '#contracts/spaces.js';
import { Random } from '#runtime/random.js';
import { startNode } from '#testing/node-process.js';
import { openQueues, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv } from '#testing/temp-store.js';
import { prepare, useTraining } from './testing/training.js';

const redis = useRedis();
const main = new URL('./main.js', import.meta.url);
const { artifacts, models, open } = useTraining();

/** Long enough to be killed three times: 160 steps. */
const hyper = { n_epochs: 80 };
const start = (queues: TestQueues) =>
  startNode(main, [], {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: queues.prefix,
    ...testStoreEnv(artifacts()),
    MODEL_DIRS: models(),
    THREADS: '1',
    CHECKPOINT_STEPS: '4',
    LOCK_MS: '1500',
  });
const begin = async () => ({ queues: openQueues(redis.url, redis.prefix()), store: await open() });
const completed = (queues: TestQueues) =>
  queues.event(['train'], ({ event }) => event === 'completed');

test('killed at three random steps ends in the same bytes as undisturbed', async () => {
  const calm = await begin();
  const calmDone = completed(calm.queues);
  await calm.queues.producer.add('train', await prepare(calm.store, 'calm', 'job', { hyper }));
  const calmProcess = start(calm.queues);
  const expected = (await calmDone).result as { adapter: string; steps: number };
  await calmProcess.kill('SIGTERM');

  // Not in the last quarter: progress is told a few times a second, and the run must not be over
  // by then.
  const random = new Random(String(process.pid));
  const steps = [0, 1, 2].map((quarter) =>
    Math.ceil(((quarter + random.uniform()) * expected.steps) / 4),
  );
  console.info(`killing at steps ${steps.join(', ')} of ${expected.steps}`);
  const rough = await begin();
  const done = completed(rough.queues);
  await rough.queues.producer.add('train', await prepare(rough.store, 'rough', 'job', { hyper }));
  for (const step of steps) {
    const reached = rough.queues.event(['train'], ({ progress }) => (progress?.done ?? 0) >= step);
    const worker = start(rough.queues);
    await reached;
    await worker.kill('SIGKILL');
  }
  const last = start(rough.queues);
  expect((await done).result).toMatchObject({ adapter: expected.adapter });
  await last.line(/"resumed":true/);
  expect(await (await rough.store.space('rough', workSpace('job'))).read('checkpoint')).toBeNull();
});

test('told to stop gives the job back, and another goes on from the checkpoint', async () => {
  const { queues, store } = await begin();
  const done = completed(queues);
  const stepping = queues.event(['train'], ({ progress }) => (progress?.done ?? 0) >= 10);
  await queues.producer.add('train', await prepare(store, 'handover', 'job', { hyper }), {
    id: 't',
  });
  const first = start(queues);
  await stepping;
  expect(await first.kill('SIGTERM')).toBe(0);
  const second = start(queues);
  await second.line(/"resumed":true/);
  expect((await done).result).toMatchObject({
    adapter: await (await store.space('handover', jobSpace('job'))).getRef('adapter'),
  });
});
