// A run of many cells outlives the gateway that plans it, and asks nothing twice.

import { expect, test, vi } from 'vitest';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';
import type { RunObject } from './run-object.js';

const atOnce = 4;
const jobs = useJobs(() => ({ CELLS_AT_ONCE: String(atOnce) }));

test('a run that its gateway leaves goes on with the next, a few cells at a time', async () => {
  const { acme, forget, retain, gateway, workers } = jobs;
  const call = async (path = '', init: RequestInit = {}): Promise<RunObject> => {
    const response = await fetch(`${gateway.url}/v1/evaluation_runs${path}`, {
      ...init,
      headers: { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
    });
    return (await response.json()) as RunObject;
  };
  const create = (shard_size: number) =>
    call('', {
      method: 'POST',
      body: JSON.stringify({
        models: [baseModel],
        tasks: Array.from({ length: 100 }, (_, i) => ({
          name: 'unlearning',
          files: { forget, retain },
          max_tokens: i + 1,
        })),
        shard_size,
      }),
    });
  const ended = (id: string) =>
    vi.waitFor(
      async () => {
        const run = await call(`/${id}`);
        expect(run.finished_at).not.toBeNull();
        return run;
      },
      { timeout: 240_000, interval: 50 },
    );
  const release = workers.hold('cell');
  const { id } = await create(32);
  await workers.reached('cell');
  expect((await call(`/${id}`)).cells).toMatchObject({ total: 100, running: atOnce, waiting: 96 });
  await gateway.stop();
  release();
  await gateway.start();
  const counts = { total: 100, succeeded: 100, failed: 0 };
  expect(await ended(id)).toMatchObject({ status: 'succeeded', cells: counts });
  expect(workers.seen.evaluate).toHaveLength(100);
  expect(await ended((await create(1)).id)).toMatchObject({ status: 'succeeded', cells: counts });
  expect(workers.seen.evaluate).toHaveLength(100);
}, 500_000);
