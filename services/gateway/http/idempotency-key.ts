// The header with which a client may repeat a request that makes something.

import { z } from 'zod';
import { parse } from './zod.pipe.js';

const schema = z.object({ 'Idempotency-Key': z.string().min(1).max(200).optional() });

/** @throws ApiError 400 */
export const readIdempotencyKey = (key: string | undefined): string | undefined =>
  parse(schema, { 'Idempotency-Key': key })['Idempotency-Key'];

/** For the API's description. @param what the request makes. */
export const idempotencyHeader = (what: string) => ({
  name: 'Idempotency-Key',
  required: false,
  description: `A request repeated with the same key gets the same ${what}.`,
});
