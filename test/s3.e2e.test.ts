// The same job on a folder and on S3: the same bytes come out, and nothing is left on S3 once its
// tenant is gone.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { OPERATOR } from '#contracts/spaces.js';
import { S3Blobs } from '#platform/artifacts/blobs/s3-blobs.js';
import type { Bucket } from '#platform/artifacts/blobs/s3/bucket.js';
import { createBucket, useS3 } from '#platform/artifacts/blobs/testing/s3.js';
import { collect } from '#platform/artifacts/stretches.js';
import { hasS3, s3Env } from '#testing/s3-server.js';
import { testEnvironment, TestPlatform } from './testing/platform.js';
import { shortJob } from './testing/short-job.js';

/** What a job leaves, but for ids and times. */
async function resultOf(client: LetheClient) {
  const { id } = await client.createJob(await shortJob(client, 6));
  const { fine_tuned_model: model, error } = await follow(client, id);
  expect(error).toBeNull();
  const { before, after } = await client.report(id);
  return { before, after, files: await client.modelFiles(model!) };
}

describe.skipIf(!hasS3)('S3', () => {
  const s3 = useS3();
  let bucket: Bucket;
  let platform: TestPlatform;

  /** @param settings beside those of a platform on folders. */
  async function start(settings: Record<string, string>): Promise<void> {
    const { inherited, ...env } = platform.env;
    platform = new TestPlatform({ ...env, inherited: { ...inherited, ...settings } });
    await platform.start();
  }

  beforeAll(async () => {
    bucket = await createBucket(s3.server.url);
    platform = new TestPlatform(await testEnvironment());
  });
  afterAll(async () => {
    await platform.stop();
    rmSync(platform.env.home, { recursive: true, force: true });
  });

  test('gives the bytes that a folder gives', async () => {
    await start({});
    const onFolder = await resultOf(await platform.tenant('folder'));
    await platform.stop();
    await start({
      ...s3Env,
      S3_ENDPOINT: s3.server.url,
      ARTIFACTS: `s3://${bucket.name}/artifacts`,
      KEYS: `s3://${bucket.name}/keys`,
    });
    const onS3 = await resultOf(await platform.tenant('acme'));
    expect(Object.keys(onS3.files)).not.toEqual([]);
    expect(onS3).toEqual(onFolder);
  }, 300_000);

  test('keeps nothing of a tenant who is gone', async () => {
    const blobs = new S3Blobs(bucket);
    const keys = async () => (await collect(blobs.list(''))).map(({ key }) => key);
    const tenants = await platform.admin().tenants();
    const { id } = tenants.find(({ name }) => name === 'acme')!;
    expect((await keys()).filter((key) => key.includes(id)).length).toBeGreaterThan(10);
    await platform.admin().deleteTenant(id);
    const tenantless = async () =>
      (await keys()).filter((key) => !key.startsWith(`keys/${OPERATOR}/`));
    const left = ['artifacts/owner', 'keys/owner'];
    await vi.waitFor(async () => expect(await tenantless()).toEqual(left), { timeout: 30_000 });
  }, 60_000);
});
