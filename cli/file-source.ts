// Where the files of models are fetched from: the web, a hub, a bucket of S3.

import { z } from 'zod';
import { parseS3Object, type S3Object } from '#platform/artifacts/blobs/location.js';
import { s3SettingsOf } from '#platform/artifacts/open-keyring.js';
import { loadEnv } from '#platform/config/load-env.js';
import { platformEnv } from '#platform/config/platform-env.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

/** The whole file, from its beginning. @throws CommandError */
export type FileSource = () => Promise<AsyncIterable<Uint8Array>>;

export const sourceForms = 'https://, hf://owner/name@revision/file or s3://bucket/key';

const HUB = /^hf:\/\/([\w.-]+\/[\w.-]+)@([\w.-]+)\/(.+)$/;

/** @param hubToken sent to the hub alone. @returns undefined where it is none of the forms. */
export function fileSource(url: string, hubToken?: string): FileSource | undefined {
  const [, repository, revision, file] = HUB.exec(url) ?? [];
  if (repository) {
    const address = `https://huggingface.co/${repository}/resolve/${revision}/${file}`;
    return () => download(address, hubToken ? { authorization: `Bearer ${hubToken}` } : {});
  }
  const object = parseS3Object(url);
  if (object) return () => objectOf(object);
  return /^https?:\/\//.test(url) ? () => download(url) : undefined;
}

async function download(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<AsyncIterable<Uint8Array>> {
  const reply = await fetch(url, { headers });
  if (reply.ok && reply.body) return reply.body;
  await reply.body?.cancel();
  throw new CommandError(`${url} answers ${reply.status}: expected 200`, exitCodes.failed);
}

const { S3_ENDPOINT, S3_REGION, S3_PATH_STYLE } = platformEnv;
const s3Env = z.object({ S3_ENDPOINT, S3_REGION, S3_PATH_STYLE });

async function objectOf({ bucket, key }: S3Object): Promise<AsyncIterable<Uint8Array>> {
  // Loads Amazon's SDK only where it is asked for.
  const [{ createS3Client }, { openObject }] = await Promise.all([
    import('#platform/artifacts/blobs/s3/s3-client.js'),
    import('#platform/artifacts/blobs/s3/reading.js'),
  ]);
  const client = createS3Client(s3SettingsOf(loadEnv(s3Env)));
  return openObject({ client, name: bucket, prefix: '' }, key).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CommandError(`s3://${bucket}/${key} cannot be read: ${why}`, exitCodes.failed);
  });
}
