// What is answered where a quota is used up, as OpenAI's clients understand it.

import type { Quotas } from '#contracts/quotas.js';
import type { Rate } from '#platform/limits/rate-limit.js';
import { ApiError } from '../http/api.error.js';

/** Seconds after which something else may have ended, or been deleted. */
const [soon, later] = [30, 60];

/** The next minute helps: a client tries again by itself. */
export function tooFast(
  name: 'requests_per_minute' | 'tokens_per_minute',
  { limit, resetMs }: Rate,
): ApiError {
  const retryAfter = Math.max(1, Math.ceil(resetMs / 1000));
  const message = `The quota '${name}' of ${limit} is used up: try again in ${retryAfter} s.`;
  return new ApiError(429, 'rate_limit_error', message, {
    code: 'rate_limit_exceeded',
    retryAfter,
  });
}

/** As many as may wait at a time: one begins sooner or later. */
export const tooMany = (name: 'waiting_jobs', quotas: Quotas): ApiError =>
  new ApiError(
    429,
    'rate_limit_error',
    `The quota '${name}' of ${quotas[name]} is used up: try again when one has ended.`,
    { code: 'rate_limit_exceeded', retryAfter: soon },
  );

/** Waiting alone does not help: something has to be deleted, or the quota raised. */
export const usedUp = (name: 'stored_bytes' | 'models', quotas: Quotas): ApiError =>
  new ApiError(
    429,
    'insufficient_quota',
    `The quota '${name}' of ${quotas[name]} is used up: delete what is no longer needed, or ask your operator for more.`,
    { code: 'insufficient_quota', retryAfter: later },
  );
