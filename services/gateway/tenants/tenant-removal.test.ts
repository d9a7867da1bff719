import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataSet } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { gateway, create } = given;

describe('a tenant that is deleted', () => {
  test('leaves neither a running job nor a byte', async () => {
    const gone = await gateway.tenant('gone');
    const { id } = await gone.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    given.workers.hold('train');
    await create({ model: baseModel, training_file: id } as never, gone);
    await given.workers.reached('train');
    const { ARTIFACTS, KEYS } = gateway.environment();
    const folders = [ARTIFACTS, KEYS].map((folder) => join(folder!, gone.id));
    expect(folders.map(existsSync)).toEqual([true, true]);
    expect((await gateway.admin('DELETE', `/${gone.id}`)).status).toBe(200);
    await given.workers.aborted('train');
    // The worker may take its time to leave, and then the erasure is tried again.
    await expect.poll(() => folders.map(existsSync), { timeout: 20_000 }).toEqual([false, false]);
  });
});
