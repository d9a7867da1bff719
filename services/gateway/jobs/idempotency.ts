// What is kept of an Idempotency-Key: enough to know a repeated request and to tell another one
// from it. Neither the key nor the request can be read back.

import { createHash, createHmac } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { JobRequest } from '#contracts/job-request.js';
import type { JobRow } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';

export type Idempotency = Pick<JobRow, 'idempotencyKey' | 'idempotencyRequest'>;

/** The request counts as parsed: neither the order of its fields nor a default makes another one. */
export function idempotencyOf(
  tenantId: string,
  key: string | undefined,
  request: JobRequest,
): Idempotency {
  if (key === undefined) return { idempotencyKey: null, idempotencyRequest: null };
  return {
    idempotencyKey: createHash('sha256').update(`${tenantId}\n${key}`).digest('hex'),
    idempotencyRequest: createHmac('sha256', key).update(stringify(request)).digest('hex'),
  };
}

/** @throws ApiError 409 where the job was made by another request. */
export function checkRepeated(job: Idempotency, { idempotencyRequest }: Idempotency): void {
  // Jobs of earlier versions do not say what made them.
  if (job.idempotencyRequest === null || job.idempotencyRequest === idempotencyRequest) return;
  throw new ApiError(
    409,
    'invalid_request_error',
    'This Idempotency-Key has been used for another request: send the same body again, or a new key.',
    { code: 'idempotency_key_in_use' },
  );
}
