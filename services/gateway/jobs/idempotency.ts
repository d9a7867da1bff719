// What is kept of an Idempotency-Key: enough to know a repeated request and to tell another one
// from it. Neither the key nor the request can be read back, nor guessed without the tenant's key.

import { eq, type SQL } from 'drizzle-orm';
import { createHash, createHmac } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { RunRequest } from '#contracts/evaluation-runs.js';
import type { JobRequest } from '#contracts/job-request.js';
import { accountSpace } from '#contracts/spaces.js';
import type { TextKey } from '#platform/artifacts/keys/text-key.js';
import type { evaluationRuns, jobs } from '../database/schema.js';
import type { JobRow } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import type { Scope } from '../tenants/scope.js';
import { placeOf } from '../texts/text-place.js';

export type Idempotency = Pick<JobRow, 'idempotencyKey' | 'idempotencyRequest'>;
/** What is kept is of one table alone: a key makes one job and one evaluation run. */
type Repeatable = typeof jobs | typeof evaluationRuns;

/** Hashes that anybody can make who knows what they are of: all that earlier releases kept. */
export interface OpenHashes {
  readonly key: string;
  /** Null: of a job whose request was not kept. */
  readonly request: string | null;
}

/**
 * The request counts as parsed: neither the order of its fields nor a default makes another one.
 * @throws ApiError 503
 */
export async function idempotencyOf(
  { tenant, artifacts }: Scope,
  table: Repeatable,
  key: string | undefined,
  request: JobRequest | RunRequest,
): Promise<Idempotency> {
  if (key === undefined) return { idempotencyKey: null, idempotencyRequest: null };
  const texts = (await artifacts.textKeys([accountSpace])).get(accountSpace);
  // Of an earlier release, until its upgrade has come to the tenant.
  if (!texts) throw notYet();
  return hashOpen(texts, table, {
    key: createHash('sha256').update(`${tenant.id}\n${key}`).digest('hex'),
    request: createHmac('sha256', key).update(stringify(request)).digest('hex'),
  });
}

const notYet = (): ApiError =>
  ApiError.unavailable(
    "The tenant's key, which Idempotency-Keys are hashed with, is not there. Try again soon, or without one.",
  );

/** @param texts of the tenant's account. */
export const hashOpen = (
  texts: TextKey,
  table: Repeatable,
  { key, request }: OpenHashes,
): Idempotency => ({
  idempotencyKey: texts.hash(key, placeOf(table.idempotencyKey, '')),
  idempotencyRequest:
    request === null ? null : texts.hash(request, placeOf(table.idempotencyRequest, '')),
});

/**
 * @param records the tenant's, of the table.
 * @returns what the same request has made before.
 * @throws ApiError 409 where another request has made it
 */
export async function findRepeated<Row extends Idempotency>(
  records: { select(condition: SQL): Promise<Row[]> },
  table: Repeatable,
  { idempotencyKey, idempotencyRequest }: Idempotency,
): Promise<Row | undefined> {
  if (idempotencyKey === null) return undefined;
  const [made] = await records.select(eq(table.idempotencyKey, idempotencyKey));
  if (made) checkSame(made, idempotencyRequest);
  return made;
}

function checkSame(made: Idempotency, request: Idempotency['idempotencyRequest']): void {
  // Jobs of earlier versions do not say what made them.
  if (made.idempotencyRequest === null || made.idempotencyRequest === request) return;
  throw new ApiError(
    409,
    'invalid_request_error',
    'This Idempotency-Key has been used for another request: send the same body again, or a new key.',
    { code: 'idempotency_key_in_use' },
  );
}
