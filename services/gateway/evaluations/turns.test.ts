// Runs that wait for their turn begin when one ends, not when the gateway next looks.

import { expect, test } from 'vitest';
import { dataSet } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';
import type { RunObject } from './run-object.js';

/** Longer than the test takes: nothing is found by looking. */
const jobs = useJobs(() => ({ RECONCILE_MS: '600000' }));

test('a run that waits begins when the one before it succeeds or is cancelled', async () => {
  const { gateway, workers } = jobs;
  const tenant = await gateway.tenant('one-by-one');
  await gateway.admin('PATCH', `/${tenant.id}`, { quotas: { running_jobs: 1 } });
  const { client } = tenant;
  const file = await client.files.create({ file: dataSet([['a?', 'b']]), purpose: 'fine-tune' });
  const create = (max_tokens: number) =>
    client.post<RunObject>('/evaluation_runs', {
      body: {
        models: [baseModel],
        tasks: [{ name: 'unlearning', files: { forget: file.id, retain: file.id }, max_tokens }],
      },
    });
  const statusOf = async ({ id }: RunObject) =>
    (await client.get<RunObject>(`/evaluation_runs/${id}`)).status;
  const release = workers.hold('cell');
  const runs = [await create(1), await create(2), await create(3), await create(4)] as const;
  expect(runs.map(({ status }) => status)).toEqual(['running', 'queued', 'queued', 'queued']);
  await workers.reached('cell');
  await client.post(`/evaluation_runs/${runs[0].id}/cancel`);
  expect(await statusOf(runs[1])).toBe('running');
  release();
  for (const run of runs.slice(1))
    await expect.poll(() => statusOf(run), { timeout: 20_000 }).toBe('succeeded');
}, 60_000);
