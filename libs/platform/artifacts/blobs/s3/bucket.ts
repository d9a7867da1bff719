import type { S3Client } from '@aws-sdk/client-s3';

/** The part of a bucket that a store has to itself. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  /** Of all its objects: "" or "folder/". */
  readonly prefix: string;
}

export interface ObjectAddress {
  readonly Bucket: string;
  readonly Key: string;
}

export function addressOf({ name, prefix }: Bucket, key: string): ObjectAddress {
  return { Bucket: name, Key: prefix + key };
}
