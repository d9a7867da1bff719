// One try of one job: context, time limit, cancellation, and what becomes of it if it fails.

import { UnrecoverableError, WaitingChildrenError, WaitingError, type Job } from 'bullmq';
import { setMaxListeners } from 'node:events';
import { catalog, type JobName } from '#contracts/jobs.js';
import { Failure } from '#failure/failure.js';
import { CANCELLED, CancelledError } from '../errors/cancelled.error.js';
import { JobTimeoutError } from '../errors/job-timeout.error.js';
import { withContext } from '../log/context.js';
import type { Logger } from '../log/logger.js';
import { startSpan } from '../telemetry/tracing/spans.js';
import { tokenOf } from './added-job.js';
import { childrenOf } from './cancellations.js';
import { parseQueued } from './catalog-payload.js';
import { fanOut, fanOutAhead } from './fan-out.js';
import type { JobContext, JobHandler, JobResult } from './job-context.js';
import { spanOptions } from './job-trace.js';
import { parentOf, type QueueOf } from './parent.js';
import { progressSender } from './progress-sender.js';
import { decideOutcome, type Outcome } from './retry.js';
import { haveTurn, type Turns } from './turns.js';

export interface Runner {
  readonly log: Logger;
  readonly queueOf: QueueOf;
  readonly turns: Turns;
  isCancelled(names: readonly string[]): Promise<boolean>;
  /** Of a job, by its id in its queue: those that have begun. */
  cancelChildren(parentId: string): Promise<void>;
  /** How long a handler may take to stop after its signal was aborted, in ms. */
  readonly graceMs: number;
  /** Called when a handler has not stopped by then: its work goes on, and none may begin. */
  onDeaf?(): void;
  /** Called with the outcome before the queue hears of it. */
  onOutcome?(
    name: JobName,
    outcome: Outcome | { kind: 'done' | 'children' },
    seconds: number,
  ): void;
  /** @param key of a job that has waited for another, which ends now. */
  markReady(key: string): Promise<void>;
}

export class RunningJob {
  readonly controller = new AbortController();
  constructor(
    readonly job: Job,
    /** The payload's jobId. */
    readonly jobId: string,
  ) {
    // Every call that a handler has in flight listens: many are no leak.
    setMaxListeners(0, this.controller.signal);
  }

  /** By any of these a cancel may name it. */
  get names(): readonly string[] {
    const parentId = this.job.parent?.id;
    return parentId === undefined ? [this.jobId] : [this.jobId, childrenOf(parentId)];
  }
}

/**
 * Runs the handler and translates its end into what the queue understands: a result or one of its
 * own errors.
 */
export async function runJob<N extends JobName>(
  name: N,
  handler: JobHandler<N>,
  running: RunningJob,
  runner: Runner,
): Promise<JobResult> {
  const { job } = running;
  const { tenantId, jobId } = job.data as Record<string, string>;
  const span = startSpan(`process ${name}`, spanOptions(job));
  return withContext({ ...span.ids, span, tenantId, jobId }, async () => {
    const started = performance.now();
    const finish = (outcome: Parameters<NonNullable<Runner['onOutcome']>>[1]): void => {
      span.set({ 'lethe.outcome': outcome.kind });
      runner.onOutcome?.(name, outcome, (performance.now() - started) / 1000);
    };
    try {
      const result = await handle(name, handler, running, runner);
      finish({ kind: 'done' });
      span.end();
      return result;
    } catch (error) {
      if (error instanceof WaitingChildrenError) {
        finish({ kind: 'children' });
        span.end();
        throw error;
      }
      const { attempts, backoff } = catalog[name];
      const abortReason = running.controller.signal.reason;
      const outcome = decideOutcome({
        error,
        abortReason,
        attempt: job.attemptsMade + 1,
        attempts,
        backoff,
      });
      finish(outcome);
      span.end(error);
      runner.log[outcome.kind === 'fail' ? 'error' : 'warn'](
        { err: Failure.of(error), queue: name, outcome },
        `${name}: ${outcome.kind}`,
      );
      return settle(job, outcome);
    }
  });
}

async function handle<N extends JobName>(
  name: N,
  handler: JobHandler<N>,
  running: RunningJob,
  runner: Runner,
): Promise<JobResult> {
  const { job, controller } = running;
  const { signal } = controller;
  const payload = parseQueued(name, job.data);
  await haveTurn(job);
  if (await runner.isCancelled(running.names)) controller.abort(new CancelledError());
  signal.throwIfAborted();
  const context: JobContext = {
    signal,
    attempt: job.attemptsMade + 1,
    log: runner.log,
    progress: progressSender(job, runner.log),
    fanOut: (child, payloads) => fanOut(job, runner, child, payloads),
    fanOutAhead: async (waiting, child, payloads) => {
      const parent = await runner.queueOf(waiting.name).getJob(waiting.id);
      if (parent) await fanOutAhead(parent, runner, child, payloads);
    },
  };
  const { timeout } = catalog[name];
  const settled = new AbortController();
  const timer = setTimeout(() => controller.abort(new JobTimeoutError(name, timeout)), timeout);
  try {
    const result = await Promise.race([
      handler.handle(payload, context),
      overdue(signal, runner, settled.signal),
    ]);
    await giveNextTurn(job, runner);
    return result;
  } finally {
    clearTimeout(timer);
    settled.abort();
  }
}

/** A stage gets its turn when it begins to wait for it: as the one before it ends. */
async function giveNextTurn(job: Job, { queueOf, turns, markReady }: Runner): Promise<void> {
  if (!job.opts.failParentOnFailure) return;
  const next = await parentOf(job, queueOf);
  if (!next) return;
  const { tenantId } = next.data as { tenantId: string };
  const [priority] = await turns.take(next.queueName as JobName, tenantId);
  await next.changePriority({ priority });
  if (job.parentKey) await markReady(job.parentKey);
}

/**
 * Rejects some time after the signal was aborted: a handler that hangs must not keep its job for
 * ever.
 */
function overdue(
  signal: AbortSignal,
  { graceMs, onDeaf }: Runner,
  settled: AbortSignal,
): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => {
      if (settled.aborted) return;
      onDeaf?.();
      reject(signal.reason);
    };
    const abort = (): void => void setTimeout(end, graceMs).unref();
    signal.addEventListener('abort', abort, { once: true });
  });
}

async function settle(job: Job, outcome: Outcome): Promise<never> {
  switch (outcome.kind) {
    case 'retry':
      // The queue keeps message and stack of what it is thrown.
      throw new Error(outcome.reason);
    case 'fail':
      throw new UnrecoverableError(outcome.reason);
    case 'cancel':
      throw new UnrecoverableError(CANCELLED);
    case 'requeue':
      await job.moveToWait(tokenOf(job));
      throw new WaitingError();
    case 'abandon':
      // The queue takes this error to mean that the job has been moved already, which is all there
      // is to say.
      throw new WaitingError();
  }
}
