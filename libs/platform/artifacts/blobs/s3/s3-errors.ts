// What the answers of an S3 server mean to a store.

import { S3ServiceException } from '@aws-sdk/client-s3';
import { Failure } from '#failure/failure.js';
import { BlobNotFoundError } from '../../../errors/blob-not-found.error.js';
import { StorageFullError } from '../../../errors/storage-full.error.js';
import { StorageUnavailableError } from '../../../errors/storage-unavailable.error.js';

/** Those of the key or upload alone: that its bucket is missing makes a store unavailable. */
const ABSENT = new Set(['NoSuchKey', 'NoSuchUpload']);
/** Of versitygw and Ceph, and of MinIO. */
const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded']);
const INSUFFICIENT_STORAGE = 507;

type S3Error = Partial<Pick<S3ServiceException, '$metadata' | 'name'>>;

export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof S3ServiceException && error.name === name;

export const statusOf = (error: unknown): number | undefined =>
  (error as S3Error).$metadata?.httpStatusCode;

/** Whether an earlier request of a call may have been served, its answer being lost. */
export const wasRepeated = (error: unknown): boolean =>
  ((error as S3Error).$metadata?.attempts ?? 1) > 1;

/** For `catch`: throws the failure that an error is. */
export function rethrowAs(key: string): (error: unknown) => never {
  return (error) => {
    throw toFailure(error, key);
  };
}

function toFailure(error: unknown, key: string): unknown {
  const { name = '' } = error as S3Error;
  const cause = inWords(error);
  if (ABSENT.has(name)) return new BlobNotFoundError(key, cause);
  if (FULL.has(name) || statusOf(error) === INSUFFICIENT_STORAGE)
    return new StorageFullError(cause);
  return new StorageUnavailableError(cause);
}

/**
 * What a log may have of it: the SDK's own errors hold the whole exchange, signatures and sockets
 * included. Keys and servers know no text of a tenant's.
 */
function inWords(error: unknown): Failure {
  const { name, message, $metadata } = error as S3Error & Error;
  const { httpStatusCode, requestId } = $metadata ?? {};
  const answer = httpStatusCode === undefined ? '' : ` (${httpStatusCode}, request ${requestId})`;
  return new Failure(`${name}: ${message}${answer}`);
}
