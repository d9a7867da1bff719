// Where a store is told to be: in a folder, or in a bucket as s3://bucket/folder.

import { resolve } from 'node:path';
import { z } from 'zod';
import { isKey } from './blob-key.js';

export interface S3Location {
  readonly bucket: string;
  /** Of its keys: "" or "folder/". */
  readonly prefix: string;
}

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

const expected = 'a folder, or s3://bucket/folder';

export const location = () =>
  z.string().refine(isLocation, `expected ${expected}`).meta({ expected });

/** @returns null for a folder. */
export function parseS3(text: string): S3Location | null {
  const [, bucket, path = ''] = S3.exec(text) ?? [];
  if (bucket === undefined) return null;
  const folder = path.replace(/\/$/, '');
  return { bucket, prefix: folder === '' ? '' : `${folder}/` };
}

/** An object, whose key may end in a slash. @returns undefined where the text names none. */
export function parseS3Object(text: string): S3Object | undefined {
  const [, bucket, key] = S3.exec(text) ?? [];
  return bucket && key ? { bucket, key } : undefined;
}

function isLocation(text: string): boolean {
  const s3 = parseS3(text);
  if (s3) return s3.prefix === '' || isKey(s3.prefix.slice(0, -1));
  return !SCHEME.test(text);
}

/** Whether one of two locations lies in the other: whoever cleans up one would empty the other. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [whole(a), whole(b)];
  return one.startsWith(other) || other.startsWith(one);
}

function whole(text: string): string {
  const s3 = parseS3(text);
  return s3 ? `s3://${s3.bucket}/${s3.prefix}` : `${resolve(text)}/`;
}
