// Who wrote an object. A request whose answer was lost is sent again, and may then be refused
// because of what it has done itself.

import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { addressOf, type Bucket } from './bucket.js';
import { rethrowAs, statusOf } from './s3-errors.js';

const NOT_FOUND = 404;

/** @param writer the metadata of that name which the request has given the object. */
export async function isWrittenBy(bucket: Bucket, key: string, writer: string): Promise<boolean> {
  const head = await bucket.client
    .send(new HeadObjectCommand(addressOf(bucket, key)))
    .catch((error: unknown) => (statusOf(error) === NOT_FOUND ? undefined : rethrowAs(key)(error)));
  return head?.Metadata?.writer === writer;
}
