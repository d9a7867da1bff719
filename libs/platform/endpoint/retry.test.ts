import { expect, test } from 'vitest';
import type { FailedRequest } from './failed-request.js';
import { decideRetry, type Decision, type FailedRequests } from './retry.js';

const now = Date.parse('2030-01-01T00:00:00Z');
const busy: FailedRequest = { problem: 'unavailable', status: 503 };
const unusable: FailedRequest = { problem: 'unusable' };
const limited = (retryAfter: string): FailedRequest => ({ ...busy, status: 429, retryAfter });
const fail: Decision = { kind: 'fail' };
const retry = (delay: number): Decision => ({ kind: 'retry', delay });

test.each<[string, FailedRequest[], Partial<FailedRequests>, Decision]>([
  ['waits for the backoff', [busy], {}, retry(500)],
  ['doubles the backoff', [busy, busy, busy], {}, retry(2000)],
  ['takes up to half of the backoff away by chance', [busy], { random: 0.5 }, retry(375)],
  ['bounds the backoff', Array.from({ length: 15 }, () => busy), { retries: 20 }, retry(60_000)],
  ['gives up after its retries', [busy, busy, busy, busy, busy], {}, fail],
  ['asks once where there are no retries', [unusable], { retries: 0 }, fail],
  ['does not insist after a refusal', [{ problem: 'refused', status: 401 }], {}, fail],
  ['tries a lost connection again', [{ problem: 'unreachable' }], {}, retry(500)],
  ['tries again after a timeout', [{ problem: 'timeout' }], {}, retry(500)],
  ['asks again at once after an unusable reply', [busy, unusable], {}, retry(0)],
  ['pays for two unusable replies more', [unusable, busy, unusable], {}, retry(0)],
  ['pays for no third one', [unusable, unusable, unusable], {}, fail],
  ['waits as many seconds as it is told', [limited('7')], {}, retry(7000)],
  ['waits for fractions of a second', [limited('1.5')], {}, retry(1500)],
  ['waits until a date', [limited('Tue, 01 Jan 2030 00:00:09 GMT')], {}, retry(9000)],
  ['bounds what it is told', [limited('86400')], {}, retry(60_000)],
  ['bounds a date', [limited('Fri, 01 Jan 2038 00:00:00 GMT')], {}, retry(60_000)],
  ['backs off beyond a short wait', [busy, busy, limited('0')], {}, retry(2000)],
  [
    'backs off beyond a date that is past',
    [limited('Mon, 01 Jan 2024 00:00:00 GMT')],
    {},
    retry(500),
  ],
  ['backs off where it is told nonsense', [limited('soon')], {}, retry(500)],
])('%s', (_, failures, change, decision) => {
  const calm = { retries: 4, backoffMs: 500, now, random: 0 };
  expect(decideRetry({ failures, ...calm, ...change })).toEqual(decision);
});
