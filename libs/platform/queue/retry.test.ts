import { describe, expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { CancelledError } from '../errors/cancelled.error.js';
import { JobTimeoutError } from '../errors/job-timeout.error.js';
import { LockLostError } from '../errors/lock-lost.error.js';
import { ShutdownError } from '../errors/shutdown.error.js';
import { decideOutcome, type FailedTry, type Outcome } from './retry.js';

const reason = 'broken';
const error = new Failure(reason);
const permanent = (message: string) => new Failure(message, { permanent: true });
const failed = (change: Partial<FailedTry>): FailedTry => ({
  error,
  attempt: 1,
  attempts: 3,
  backoff: 1000,
  ...change,
});

describe('decideOutcome', () => {
  test.each<[string, Partial<FailedTry>, Outcome]>([
    ['retries after the backoff', {}, { kind: 'retry', delay: 1000, reason }],
    ['doubles the backoff', { attempt: 2 }, { kind: 'retry', delay: 2000, reason }],
    ['bounds the backoff', { attempt: 30, attempts: 50 }, { kind: 'retry', delay: 60_000, reason }],
    ['fails after the last try', { attempt: 3 }, { kind: 'fail', reason }],
    [
      'fails at once where no retry can heal',
      { error: permanent('no') },
      { kind: 'fail', reason: 'no' },
    ],
    [
      'tells what may be told alone',
      { error: new Failure('private', { permanent: true, publicMessage: 'public' }) },
      { kind: 'fail', reason: 'public' },
    ],
    [
      'tells the class of what is no failure, and retries it',
      { error: new SyntaxError('private') },
      {
        kind: 'retry',
        delay: 1000,
        reason: "unexpected SyntaxError; the service's log says where",
      },
    ],
    [
      'retries after a timeout',
      { abortReason: new JobTimeoutError('train', 5000) },
      { kind: 'retry', delay: 1000, reason },
    ],
    [
      'cancels whatever the handler threw',
      { abortReason: new CancelledError(), error: permanent('no') },
      { kind: 'cancel' },
    ],
    [
      'gives the try back on shutdown, the last one too',
      { abortReason: new ShutdownError(), attempt: 3 },
      { kind: 'requeue' },
    ],
    [
      'leaves a job alone that another worker may hold',
      { abortReason: new LockLostError() },
      { kind: 'abandon' },
    ],
    [
      'bounds the reason',
      { error: permanent('x'.repeat(5000)) },
      { kind: 'fail', reason: 'x'.repeat(1000) },
    ],
    [
      'tells nothing of what is no error',
      { error: 'private', attempt: 3 },
      { kind: 'fail', reason: "unexpected Error; the service's log says where" },
    ],
  ])('%s', (_, change, outcome) => {
    expect(decideOutcome(failed(change))).toEqual(outcome);
  });
});
