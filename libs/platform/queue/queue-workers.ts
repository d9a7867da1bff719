// Takes jobs from queues and hands them to their handlers; cancels, drains and survives Redis going
// away.

import { Queue, Worker, type ConnectionOptions, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { catalog, type JobName } from '#contracts/jobs.js';
import type { Offers } from '#contracts/offers.js';
import { CancelledError } from '../errors/cancelled.error.js';
import { LockLostError } from '../errors/lock-lost.error.js';
import { ShutdownError } from '../errors/shutdown.error.js';
import type { Logger } from '../log/logger.js';
import type { JobMetrics } from '../telemetry/job-metrics.js';
import { idOf } from './added-job.js';
import { cancelChildren, isCancelled, watchCancels } from './cancellations.js';
import { isConnectionTrouble } from './fail-fast.js';
import { reportToParent } from './fan-out.js';
import type { JobHandler } from './job-context.js';
import { RunningJob, runJob, type Runner } from './job-runner.js';
import { noteWait } from './job-trace.js';
import { OFFER_INTERVAL, publishOffers } from './offers.js';
import { markReady, readySince } from './ready-since.js';
import type { RedisConnections } from './redis-connections.js';
import { retryDelay } from './retry.js';
import { MAX_TAKEOVERS } from './stalled.js';
import { Turns } from './turns.js';

/** A step of training may take this long, in ms. */
const GRACE = 30_000;

export interface WorkersOptions {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly log: Logger;
  readonly metrics?: JobMetrics;
  /**
   * How long a worker that does not answer keeps its jobs, in ms; another takes them up after at
   * most 4/3 of it.
   */
  readonly lockMs: number;
  /**
   * How long a handler may take to stop after a cancel or a timeout, in ms; then the queue no
   * longer waits for it.
   */
  readonly graceMs?: number;
  /** Ends the process, for another to take its place: it has taken its last job. */
  readonly onDeaf?: () => void;
  /** Overrides the catalog's, for a machine that can take more or less. */
  readonly concurrency?: Partial<Record<JobName, number>>;
}

export class QueueWorkers {
  private readonly handlers = new Map<JobName, JobHandler<JobName>>();
  private readonly workers: Worker[] = [];
  private readonly queues = new Map<string, Queue>();
  private readonly running = new Set<RunningJob>();
  private redis?: Redis;
  private areLive = (): boolean => false;
  private offering?: NodeJS.Timeout;
  private stopping?: Promise<void>;

  constructor(private readonly options: WorkersOptions) {}

  /** @throws if the queue has a handler already. */
  register<N extends JobName>(name: N, handler: JobHandler<N>): this {
    if (this.handlers.has(name)) throw new Error(`two handlers for the queue ${name}`);
    this.handlers.set(name, handler as JobHandler<JobName>);
    return this;
  }

  /** Returns at once; where Redis is away, work begins when it is back. */
  start(): void {
    if (this.handlers.size === 0 || this.redis) return;
    const { connections, prefix } = this.options;
    const { redis, areLive } = connections.forWorkers();
    this.redis = redis;
    this.areLive = areLive;
    watchCancels(
      connections.patient(),
      prefix,
      (name) => this.cancel(name),
      () => this.recheckCancels(),
    );
    for (const [name, handler] of this.handlers)
      this.workers.push(this.startWorker(name, handler, redis));
    this.offer(redis);
    this.offering = setInterval(() => this.offer(redis), OFFER_INTERVAL);
  }

  /**
   * Rejects unless jobs are taken of every queue: its worker runs, is not paused, and waits on a
   * connection that is there.
   */
  async check(): Promise<void> {
    if (this.stopping) throw new Error('no more jobs are taken');
    const idle = this.workers.filter((worker) => !worker.isRunning() || worker.isPaused());
    if (idle.length > 0)
      throw new Error(`no jobs are taken of ${idle.map(({ name }) => name).join(', ')}`);
    if (!this.areLive()) throw new Error('no jobs are taken: connections to Redis are away');
  }

  /**
   * Takes no more jobs, aborts the running ones with ShutdownError so that they go back to the
   * queue, and waits for them. What still runs after `deadline` ms is left to the other workers,
   * which take it up once its lock has expired.
   */
  stop(deadline: number): Promise<void> {
    this.stopping ??= this.drain(deadline);
    return this.stopping;
  }

  private async drain(deadline: number): Promise<void> {
    clearInterval(this.offering);
    const closed = Promise.all(this.workers.map((worker) => worker.close()));
    for (const running of this.running) running.controller.abort(new ShutdownError());
    if (this.running.size === 0 && this.redis?.status !== 'ready') return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, deadline, 'late');
    });
    // Without Redis there is nobody to say goodbye to, also where it goes away just now.
    const gone = new Promise((resolve) =>
      this.redis?.once('close', () => this.running.size === 0 && resolve('gone')),
    );
    if ((await Promise.race([closed, late, gone])) === 'late') {
      this.options.log.error(
        { jobs: [...this.running].map(({ jobId }) => jobId) },
        'jobs did not stop in time',
      );
    }
    clearTimeout(timer);
  }

  private offer(redis: Redis): void {
    const { prefix, log } = this.options;
    Promise.all([...this.handlers.values()].map((handler) => handler.offers))
      .then((offers) => publishOffers(redis, prefix, Object.assign({}, ...offers) as Offers))
      .catch((err: unknown) => log.debug({ err }, 'what this worker offers is not known'));
  }

  private startWorker(name: JobName, handler: JobHandler<JobName>, redis: Redis): Worker {
    const { log, metrics, prefix, concurrency, lockMs } = this.options;
    const entry = catalog[name];
    const runner: Runner = {
      log,
      queueOf: (queue) => this.queue(queue),
      turns: new Turns(redis, prefix),
      isCancelled: (names) => isCancelled(redis, prefix, names),
      cancelChildren: (parentId) => cancelChildren(redis, prefix, parentId),
      markReady: (key) => markReady(redis, key),
      graceMs: this.options.graceMs ?? GRACE,
      onDeaf: () => this.leave(),
      onOutcome: (queue, outcome, seconds) => metrics?.observe(queue, outcome.kind, seconds),
    };
    const take = (job: Job) => {
      this.observeWait(redis, name, job);
      return this.run(name, handler, job, runner);
    };
    const worker = new Worker(name, take, {
      connection: redis as unknown as ConnectionOptions,
      prefix,
      concurrency: concurrency?.[name] ?? entry.concurrency,
      lockDuration: lockMs,
      lockRenewTime: Math.floor(lockMs / 3),
      // Redis takes whole milliseconds only.
      stalledInterval: Math.floor(lockMs / 3),
      maxStalledCount: MAX_TAKEOVERS,
      drainDelay: 2,
      runRetryDelay: 1000,
      settings: { backoffStrategy: (attemptsMade) => retryDelay(attemptsMade, entry.backoff) },
    });
    worker.on('error', (err) =>
      log[isConnectionTrouble(err) ? 'debug' : 'error']({ err, queue: name }, 'worker'),
    );
    worker.on('stalled', (id) =>
      log.warn({ queue: name, id }, 'a job was taken over from a worker that is gone'),
    );
    worker.on('lockRenewalFailed', (ids) => this.loseLocks(name, ids));
    worker.on('completed', (job) => {
      reportToParent(job, runner.queueOf).catch((err: unknown) =>
        log.debug({ err }, 'progress not sent'),
      );
    });
    return worker;
  }

  /** Of a job that is taken for the first time: what it waited for later is not the queue. */
  private observeWait(redis: Redis, name: JobName, job: Job): void {
    const { metrics } = this.options;
    const { processedOn, attemptsStarted } = job;
    if (!metrics || !processedOn || attemptsStarted !== 1) return;
    const key = this.queue(name).toKey(idOf(job));
    readySince(redis, key, job).then(
      (since) => {
        metrics.waited(name, Math.max(0, processedOn - since) / 1000);
        noteWait(job, Math.min(since, processedOn), processedOn);
      },
      () => {},
    );
  }

  private async run(name: JobName, handler: JobHandler<JobName>, job: Job, runner: Runner) {
    const running = new RunningJob(job, String((job.data as { jobId?: unknown } | null)?.jobId));
    this.running.add(running);
    // Registered before it looks at the flag: a cancel in between is seen by one or the other.
    if (this.stopping) running.controller.abort(new ShutdownError());
    try {
      return await runJob(name, handler, running, runner);
    } finally {
      this.running.delete(running);
    }
  }

  /** A handler that does not stop keeps what it holds: no other job may begin beside it. */
  private leave(): void {
    this.options.log.error('a job does not heed its end: this process takes no more and leaves');
    for (const worker of this.workers) worker.pause(true).catch(() => {});
    this.options.onDeaf?.();
  }

  private cancel(name: string): void {
    for (const { names, controller } of this.running)
      if (names.includes(name)) controller.abort(new CancelledError());
  }

  private recheckCancels(): void {
    const { redis } = this;
    if (!redis) return;
    for (const { names, controller } of this.running) {
      isCancelled(redis, this.options.prefix, names).then(
        (cancelled) => cancelled && controller.abort(new CancelledError()),
        () => {},
      );
    }
  }

  private loseLocks(name: JobName, ids: readonly string[]): void {
    for (const { job, controller } of this.running) {
      if (job.queueName === name && ids.includes(idOf(job))) controller.abort(new LockLostError());
    }
  }

  private queue(name: string): Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection: this.redis as unknown as ConnectionOptions,
      prefix: this.options.prefix,
    });
    queue.on('error', () => {});
    this.queues.set(name, queue);
    return queue;
  }
}
