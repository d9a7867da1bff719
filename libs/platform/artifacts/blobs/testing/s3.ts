// Buckets of a real S3 server that lives as long as the tests of one file.

import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, vi } from 'vitest';
import { s3Env, startS3, type S3Server } from '#testing/s3-server.js';
import type { Bucket } from '../s3/bucket.js';
import { createS3Client } from '../s3/s3-client.js';

/** A new bucket. @param prefix of what a store keeps there: "" or "folder/". */
export async function createBucket(endpoint: string, prefix = ''): Promise<Bucket> {
  const client = createS3Client({ endpoint, pathStyle: true });
  const name = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return { client, name, prefix };
}

/** From now on, a bucket keeps what is replaced or deleted. */
export async function keepVersions({ client, name }: Bucket): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
}

/** Call at the top of a describe or a file whose tests run where `hasS3`. */
export function useS3(): { readonly server: S3Server } {
  let server: S3Server | undefined;
  beforeAll(async () => {
    for (const [name, value] of Object.entries(s3Env)) vi.stubEnv(name, value);
    server = await startS3();
  });
  afterAll(() => server?.remove());
  return {
    get server() {
      if (!server) throw new Error('S3 starts before the tests: ask in one of them');
      return server;
    },
  };
}
