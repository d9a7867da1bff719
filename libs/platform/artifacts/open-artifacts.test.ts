// Where a process is told to keep artifacts and keys.

import { describe, expect, test } from 'vitest';
import { hasS3 } from '#testing/s3-server.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { loadEnv } from '../config/load-env.js';
import { platformEnvSchema } from '../config/platform-env.js';
import { EnvError } from '../errors/env.error.js';
import { UnusableBucketError } from '../errors/unusable-bucket.error.js';
import { createBucket, useS3 } from './blobs/testing/s3.js';
import { openArtifacts } from './open-artifacts.js';
import { collect } from './stretches.js';

const folder = useTempFolder();
const open = (env: Record<string, string>) =>
  openArtifacts(loadEnv(platformEnvSchema, { ...testStoreEnv(folder.path), ...env }));

test.each([
  ['.lethe', '.lethe/keys'],
  ['.lethe/keys/artifacts', '.lethe/keys'],
  ['s3://bucket', 's3://bucket/keys'],
])('keys do not lie with what they seal: %s and %s', async (ARTIFACTS, KEYS) => {
  const opened = open({ ARTIFACTS, KEYS });
  await expect(opened).rejects.toThrow(EnvError);
  await expect(opened).rejects.toThrow(`KEYS="${KEYS}": expected a place apart from ARTIFACTS`);
});

test('what is neither a folder nor a bucket is refused by name', async () => {
  await expect(async () => open({ ARTIFACTS: 'gs://bucket' })).rejects.toThrow(
    'ARTIFACTS="gs://bucket": expected a folder, or s3://bucket/folder',
  );
});

describe.skipIf(!hasS3)('S3', () => {
  const s3 = useS3();

  test('has the artifacts in one folder of a bucket, and the keys in another', async () => {
    const { name } = await createBucket(s3.server.url);
    const env = {
      S3_ENDPOINT: s3.server.url,
      ARTIFACTS: `s3://${name}/artifacts`,
      KEYS: `s3://${name}/keys/`,
    };
    const { store, keeper } = await open(env);
    await keeper.create('acme', 'job-1');
    const space = store.scope('acme').space('job-1');
    const hash = await space.put(Buffer.from('abc'));
    const other = await open(env);
    expect(String(await other.store.scope('acme').space('job-1').get(hash))).toBe('abc');
    const seen = { tenantId: 'acme', space: 'job-1' };
    expect(await collect(keeper.spaces())).toEqual([seen, seen]);
    await keeper.erase('acme', 'job-1');
    expect(await collect(keeper.spaces())).toEqual([]);
  });

  test('refuses to start without its bucket', async () => {
    const opened = open({ S3_ENDPOINT: s3.server.url, ARTIFACTS: 's3://no-such-bucket' });
    await expect(opened).rejects.toThrow(UnusableBucketError);
    await expect(opened).rejects.toThrow(/^the bucket "no-such-bucket" cannot be used: NoSuchB/);
  });

  test('an S3 server that is not there is named by its bucket', async () => {
    const nowhere = { S3_ENDPOINT: 'http://127.0.0.1:1', ARTIFACTS: 's3://bucket' };
    await expect(open(nowhere)).rejects.toThrow('the bucket "bucket" cannot be used: ');
  });
});
