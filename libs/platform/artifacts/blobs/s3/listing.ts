// What a bucket holds, page after page.

import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  type ListMultipartUploadsCommandOutput,
  type ListObjectsV2CommandOutput,
  type ListObjectVersionsCommandOutput,
  type MultipartUpload,
  type ObjectIdentifier,
  type _Object as StoredObject,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.js';
import { rethrowAs } from './s3-errors.js';

export async function* listObjects(
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<StoredObject, void, void> {
  for await (const { Contents = [] } of pages(bucket, prefix)) yield* Contents;
}

/** The names of the folders right below a prefix. */
export async function* listFolders(
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<string, void, void> {
  const { length } = bucket.prefix + prefix;
  for await (const { CommonPrefixes = [] } of pages(bucket, prefix, '/'))
    for (const { Prefix = '' } of CommonPrefixes) yield Prefix.slice(length, -1);
}

async function* pages(
  { client, name, prefix: root }: Bucket,
  prefix: string,
  delimiter?: string,
): AsyncGenerator<ListObjectsV2CommandOutput, void, void> {
  const input = { Bucket: name, Prefix: root + prefix, Delimiter: delimiter };
  try {
    yield* paginateListObjectsV2({ client }, input);
  } catch (error) {
    rethrowAs(prefix)(error);
  }
}

/** All versions of all objects, and the marks of those that were deleted. */
export async function* listVersions(
  { client, name, prefix: root }: Bucket,
  prefix: string,
): AsyncGenerator<ObjectIdentifier, void, void> {
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const command = new ListObjectVersionsCommand({
      Bucket: name,
      Prefix: root + prefix,
      KeyMarker: page?.NextKeyMarker,
      VersionIdMarker: page?.NextVersionIdMarker,
    });
    page = await client.send(command).catch(rethrowAs(prefix));
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
      yield { Key, VersionId };
  } while (page.IsTruncated);
}

/**
 * What is half-written. Pages follow by key alone, as versitygw knows no other way: where one key
 * has so many uploads that a page ends amid them, the next sweep finds the rest.
 */
export async function* listUploads(
  { client, name, prefix: root }: Bucket,
  prefix: string,
): AsyncGenerator<MultipartUpload, void, void> {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const command = new ListMultipartUploadsCommand({
      Bucket: name,
      Prefix: root + prefix,
      KeyMarker: page?.NextKeyMarker,
    });
    page = await client.send(command).catch(rethrowAs(prefix));
    yield* page.Uploads ?? [];
  } while (page.IsTruncated);
}
