// How long a store waits for S3, and how often it asks again.

import { S3Client } from '@aws-sdk/client-s3';

export interface S3Settings {
  /** Absent: Amazon's, of the region. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Whether the bucket stands in the path of a URL, not in the name of its host. */
  readonly pathStyle: boolean;
}

const SECOND = 1000;

/** Credentials, and a region that is not given, are found where Amazon's own tools find them. */
export function createS3Client({ endpoint, region, pathStyle }: S3Settings): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 5 * SECOND,
      // Until the answer begins: a part has been sent by then.
      requestTimeout: 30 * SECOND,
      throwOnRequestTimeout: true,
      // Without a byte, of the answer too.
      socketTimeout: 60 * SECOND,
    },
    // Whoever reads a whole object asks for its checksum.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
