// SIGKILL of every service in turn while a job runs: the job still finishes, with the result it
// would have had.

import { expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import type { StageName } from '#contracts/stages.js';
import { canStartRedis } from '#testing/redis.js';
import { type TestPlatform, usePlatform } from './testing/platform.js';
import { shortJob } from './testing/short-job.js';

const running = usePlatform();
const redis = { process: 'redis', stage: 'train', atLeast: 60 } as const;
const steps = 80;

/** What dies, and the stage in whose course it does. */
const kills: readonly { process: string; stage: StageName; atLeast: number }[] = [
  { process: 'evaluation', stage: 'before', atLeast: 0 },
  { process: 'augmentation', stage: 'before', atLeast: 1 },
  { process: 'training', stage: 'train', atLeast: 3 },
  { process: 'gateway', stage: 'train', atLeast: 10 },
  ...(canStartRedis ? [redis] : []),
  { process: 'inference', stage: 'after', atLeast: 0 },
];

async function runJob(client: LetheClient, onChange?: (job: Job) => void): Promise<Job> {
  const { id } = await client.createJob(await shortJob(client, steps));
  return follow(client, id, { onChange, every: 50 });
}

/**
 * Kills each process once, as soon as its stage is so far; several where the job went on unseen, as
 * without a gateway.
 */
function killer(platform: TestPlatform): { onChange: (job: Job) => void; left: () => string[] } {
  const left = [...kills];
  const onChange = (job: Job): void => {
    const isDue = ({ stage, atLeast }: (typeof kills)[number]): boolean =>
      job.stages.some(
        (one) =>
          one.name === stage &&
          (one.status === 'succeeded' || (one.status === 'running' && one.done >= atLeast)),
      );
    for (const kill of left.filter(isDue)) {
      left.splice(left.indexOf(kill), 1);
      platform.kill(kill.process);
    }
  };
  return { onChange, left: () => left.map(({ process }) => process) };
}

test('finishes a job through the death of each service, with the same answers as without', async () => {
  const client = await running.platform.tenant('acme');
  const calm = await runJob(client);
  expect([calm.status, calm.error]).toEqual(['succeeded', null]);
  const { onChange, left } = killer(running.platform);
  const struck = await runJob(client, onChange);
  expect([struck.status, struck.error]).toEqual(['succeeded', null]);
  expect(left()).toEqual([]);
  const answers = async ({ id }: Job) =>
    (await client.report(id)).after!.rows.map(
      ({ set, index, answer }) => `${set} ${index} ${answer}`,
    );
  expect(await answers(struck)).toEqual(await answers(calm));
}, 400_000);
