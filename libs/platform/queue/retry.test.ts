import { describe, expect, it } from 'vitest';
import { CancelledError } from '../errors/cancelled.error.js';
import { JobTimeoutError } from '../errors/job-timeout.error.js';
import { LockLostError } from '../errors/lock-lost.error.js';
import { PermanentError } from '../errors/permanent.error.js';
import { ShutdownError } from '../errors/shutdown.error.js';
import { decideOutcome, type FailedTry, type Outcome } from './retry.js';

const error = new Error('broken');
const failed = (change: Partial<FailedTry>): FailedTry => ({
  error,
  attempt: 1,
  attempts: 3,
  backoff: 1000,
  ...change,
});

describe('decideOutcome', () => {
  it.each<[string, Partial<FailedTry>, Outcome]>([
    ['retries after the backoff', {}, { kind: 'retry', delay: 1000 }],
    ['doubles the backoff', { attempt: 2 }, { kind: 'retry', delay: 2000 }],
    ['bounds the backoff', { attempt: 30, attempts: 50 }, { kind: 'retry', delay: 60_000 }],
    ['fails after the last try', { attempt: 3 }, { kind: 'fail', reason: 'broken' }],
    [
      'fails at once where no retry can heal',
      { error: new PermanentError('no') },
      { kind: 'fail', reason: 'no' },
    ],
    [
      'takes the word of any error on that',
      { error: Object.assign(new Error('gone'), { permanent: true }) },
      { kind: 'fail', reason: 'gone' },
    ],
    [
      'retries after a timeout',
      { abortReason: new JobTimeoutError('train', 5000) },
      { kind: 'retry', delay: 1000 },
    ],
    [
      'cancels whatever the handler threw',
      { abortReason: new CancelledError(), error: new PermanentError('no') },
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
      { error: new PermanentError('x'.repeat(5000)) },
      { kind: 'fail', reason: 'x'.repeat(1000) },
    ],
    ['reports what is no error', { error: 'text', attempt: 3 }, { kind: 'fail', reason: 'text' }],
  ])('%s', (_, change, outcome) => {
    expect(decideOutcome(failed(change))).toEqual(outcome);
  });
});
