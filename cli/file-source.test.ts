import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBucket, useS3 } from '#platform/artifacts/blobs/testing/s3.js';
import { collect } from '#platform/artifacts/stretches.js';
import { hasS3 } from '#testing/s3-server.js';
import { fileSource } from './file-source.js';

afterEach(() => vi.unstubAllGlobals());

test.each(['ftp://a/b', 's3://bucket', 's3://bucket/', 's3://B/key', 'hf://owner/name/file', 'a'])(
  '%s is no source',
  (url) => expect(fileSource(url)).toBeUndefined(),
);

test('the hub alone is told its token', async () => {
  const asked = vi.fn(async () => new Response('weights'));
  vi.stubGlobal('fetch', asked);
  for (const url of ['hf://owner/name@main/a/w.bin', 'https://elsewhere/w.bin'])
    await fileSource(url, 'secret')!();
  expect(asked.mock.calls).toEqual([
    [
      'https://huggingface.co/owner/name/resolve/main/a/w.bin',
      { headers: { authorization: 'Bearer secret' } },
    ],
    ['https://elsewhere/w.bin', { headers: {} }],
  ]);
});

describe.skipIf(!hasS3)('S3', () => {
  const s3 = useS3();
  const sourceIn = async (key: string) => {
    vi.stubEnv('S3_ENDPOINT', s3.server.url);
    const { name } = await createBucket(s3.server.url);
    const models = join(s3.server.folder, name, 'models');
    await mkdir(models);
    await writeFile(join(models, 'w b.bin'), 'weights');
    return { name, read: fileSource(`s3://${name}/${key}`)! };
  };

  test('has an object', async () => {
    const { read } = await sourceIn('models/w b.bin');
    expect(Buffer.concat(await collect(await read())).toString()).toBe('weights');
  });

  test('says what it has not', async () => {
    const { name, read } = await sourceIn('models/none');
    await expect(read()).rejects.toThrow(`s3://${name}/models/none cannot be read: NoSuchKey`);
    const url = 's3://no-such-bucket/w';
    await expect(fileSource(url)!()).rejects.toThrow(`${url} cannot be read: NoSuchBucket`);
  });
});
