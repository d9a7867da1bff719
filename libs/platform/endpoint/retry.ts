// Whether and when to ask an endpoint again. Pure: no clock, no chance.

import { last } from '#collections/items.js';
import type { FailedRequest } from './failed-request.js';

export interface FailedRequests {
  /** All requests of one call so far, the latest last; at least one. */
  readonly failures: readonly FailedRequest[];
  /** Requests after the first one. */
  readonly retries: number;
  /** Delay before the second request, in ms; doubles with each further one. */
  readonly backoffMs: number;
  /** The time, in ms since 1970. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

export type Decision =
  | { readonly kind: 'retry'; readonly delay: number }
  | { readonly kind: 'fail' };

/** Requests after an unusable reply: a model that cannot do what it is asked costs money each time. */
const UNUSABLE_RETRIES = 2;
/** Longest delay between requests, in ms, whatever the endpoint asks for. */
const MAX_DELAY = 60_000;

export function decideRetry({ failures, retries, ...timing }: FailedRequests): Decision {
  const latest = last(failures);
  const unusable = failures.filter(({ problem }) => problem === 'unusable').length;
  if (latest.problem === 'refused' || failures.length > retries || unusable > UNUSABLE_RETRIES)
    return { kind: 'fail' };
  // The endpoint is well: there is nothing to wait for.
  if (latest.problem === 'unusable') return { kind: 'retry', delay: 0 };
  const backoff = timing.backoffMs * 2 ** (failures.length - 1) * (1 - timing.random / 2);
  const asked = latest.retryAfter === undefined ? 0 : waitOf(latest.retryAfter, timing.now);
  return { kind: 'retry', delay: Math.min(Math.max(backoff, asked), MAX_DELAY) };
}

/** The wait that a Retry-After header (RFC 9110, 10.2.3) asks for, in ms; 0 where it is neither form. */
function waitOf(retryAfter: string, now: number): number {
  const seconds = Number(retryAfter);
  const wait = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * 1000;
  return Number.isNaN(wait) ? 0 : wait;
}
