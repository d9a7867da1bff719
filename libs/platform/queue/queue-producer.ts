// Puts jobs and flows into queues, asks after them, cancels them.

import { FlowProducer, type Job, Queue, type ConnectionOptions, type FlowJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { EventEmitter } from 'node:events';
import type { JobName, Payload, Progress } from '#contracts/jobs.js';
import type { OfferKind } from '#contracts/offers.js';
import { QueueUnavailableError } from '../errors/queue-unavailable.error.js';
import { idOf } from './added-job.js';
import { requestCancel } from './cancellations.js';
import { parsePayload } from './catalog-payload.js';
import { failFast } from './fail-fast.js';
import type { JobResult } from './job-context.js';
import { jobOptions } from './job-options.js';
import { readOffers } from './offers.js';
import { type QueueFigures, readFigures } from './queue-figures.js';
import type { RedisConnections } from './redis-connections.js';
import { publicReason } from './stalled.js';
import { Turns } from './turns.js';

/** A job with those that must succeed before it; a failed child fails its parent. */
export type FlowNode = {
  [N in JobName]: {
    readonly name: N;
    readonly id: string;
    readonly payload: Payload<N>;
    readonly children?: readonly FlowNode[];
  };
}[JobName];

export interface JobState {
  /** `waiting` also while its children run. */
  readonly state: 'waiting' | 'active' | 'delayed' | 'completed' | 'failed' | 'missing';
  readonly failedReason?: string;
  readonly progress?: Progress;
  readonly result?: JobResult;
}

/** How the queue says that a worker has a job. */
const LOCKED = /locked/;

/**
 * Every method rejects with QueueUnavailableError within 2 s where Redis is away; what it then left
 * undone stays undone.
 */
export class QueueProducer {
  private readonly redis: Redis;
  private readonly turns: Turns;
  private readonly queues = new Map<JobName, Queue>();
  private flows?: FlowProducer;

  constructor(
    connections: RedisConnections,
    private readonly prefix: string,
  ) {
    this.redis = connections.failFast();
    this.turns = new Turns(this.redis, prefix);
  }

  /** @returns the job's id. The same id again changes nothing. @throws InvalidPayloadError */
  async add<N extends JobName>(
    name: N,
    payload: Payload<N>,
    options: { id?: string } = {},
  ): Promise<string> {
    const data = parsePayload(name, payload);
    return this.reach(async (signal) => {
      const queue = await this.queue(name);
      const [priority] = await this.turns.take(name, payload.tenantId);
      signal.throwIfAborted();
      return idOf(await queue.add(name, data, { ...jobOptions(name, options.id), priority }));
    });
  }

  /**
   * Adds all or nothing. A root that already exists is left as it is, with all below it.
   * @throws InvalidPayloadError
   */
  async addFlow(root: FlowNode): Promise<void> {
    const flow = flowJob(root);
    return this.reach(async (signal) => {
      const queue = await this.queue(root.name);
      if (await queue.getJob(root.id)) return;
      this.flows ??= quiet(new FlowProducer(this.options()));
      await this.flows.waitUntilReady();
      await this.giveTurns(flow);
      signal.throwIfAborted();
      await this.flows.add(flow);
    });
  }

  state(name: JobName, id: string): Promise<JobState> {
    return this.reach(async () => {
      const queue = await this.queue(name);
      // The state first: of a job that ends between the two reads the result is then no harm.
      const state = stateOf(await queue.getJobState(id));
      const job = state === 'missing' ? undefined : await queue.getJob(id);
      if (!job) return { state: 'missing' };
      const progress = typeof job.progress === 'object' ? (job.progress as Progress) : undefined;
      return {
        state,
        failedReason: await this.reasonOf(job),
        progress,
        result: job.returnvalue ?? undefined,
      };
    });
  }

  /**
   * Of a job that failed because a child did, without being entered again, the queue says no more
   * than which child: the reason is the child's.
   */
  private async reasonOf(job: Job): Promise<string | undefined> {
    if (!job.failedReason) return undefined;
    const { failed: [key] = [] } = await job.getDependencies({ failed: { count: 1 } });
    if (key === undefined) return publicReason(job.failedReason);
    const [name, id] = key.split(':').slice(-2) as [JobName, string];
    return (await this.state(name, id)).failedReason ?? job.failedReason;
  }

  /**
   * Removes a job with all that ran before it, ended or not. Idempotent.
   * @returns false where a worker still has one of them: cancel it first.
   */
  remove(name: JobName, id: string): Promise<boolean> {
    return this.reach(async () => {
      const job = await (await this.queue(name)).getJob(id);
      if (!job) return true;
      try {
        await job.remove({ removeChildren: true });
        return true;
      } catch (error) {
        if (LOCKED.test(String(error))) return false;
        throw error;
      }
    });
  }

  /** Of all queues, for scaling and alerts. */
  figures(): Promise<QueueFigures[]> {
    return this.reach(() => readFigures(this.redis, this.prefix));
  }

  /** Jobs of a queue by state. */
  counts(name: JobName): Promise<Record<string, number>> {
    return this.reach(async () => {
      const queue = await this.queue(name);
      return queue.getJobCounts(
        'wait',
        'active',
        'delayed',
        'prioritized',
        'waiting-children',
        'failed',
      );
    });
  }

  /**
   * Cancels every queue job whose payload has this jobId, running or not, wherever it is.
   * Idempotent; fine for jobs that are gone. They end as failed with the reason `cancelled`.
   */
  cancel(jobId: string): Promise<void> {
    return this.reach(() => requestCancel(this.redis, this.prefix, jobId));
  }

  /** @returns the names of a kind that workers offer; none where no such worker is known. */
  async offered(kind: OfferKind): Promise<string[]> {
    return [...(await this.offers(kind)).keys()];
  }

  /** @returns the same names, each with what stands behind it in the workers' settings. */
  offers(kind: OfferKind): Promise<ReadonlyMap<string, string | null>> {
    return this.reach(() => readOffers(this.redis, this.prefix, kind));
  }

  /** Resolves if Redis answers. */
  async check(): Promise<void> {
    await this.reach(() => this.redis.ping());
  }

  /** To those that wait for no other: the others get theirs as the ones before them end. */
  private async giveTurns({ queueName, data, opts, children = [] }: FlowJob): Promise<void> {
    for (const child of children) await this.giveTurns(child);
    if (children.length > 0 || !opts) return;
    const { tenantId } = data as { tenantId: string };
    [opts.priority] = await this.turns.take(queueName as JobName, tenantId);
  }

  private async reach<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await failFast(this.redis, work);
    } catch (error) {
      if (error instanceof QueueUnavailableError) this.forget();
      throw error;
    }
  }

  /**
   * A queue whose first contact failed never recovers by itself; new ones share the same
   * connection.
   */
  private forget(): void {
    this.queues.clear();
    this.flows = undefined;
  }

  private async queue(name: JobName): Promise<Queue> {
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = quiet(new Queue(name, this.options()))));
    await queue.waitUntilReady();
    return queue;
  }

  private options(): { connection: ConnectionOptions; prefix: string } {
    return { connection: this.redis as unknown as ConnectionOptions, prefix: this.prefix };
  }
}

/** Connection errors reach callers by `reach` and the log by RedisConnections. */
function quiet<T extends Queue | FlowProducer>(source: T): T {
  const emitter: EventEmitter = source;
  emitter.on('error', () => {});
  return source;
}

function flowJob(node: FlowNode): FlowJob {
  const data = parsePayload(node.name, node.payload);
  const opts = { ...jobOptions(node.name, node.id), failParentOnFailure: true };
  return {
    name: node.name,
    queueName: node.name,
    data,
    opts,
    children: node.children?.map(flowJob),
  };
}

function stateOf(state: string): JobState['state'] {
  switch (state) {
    case 'active':
    case 'delayed':
    case 'completed':
    case 'failed':
      return state;
    case 'unknown':
      return 'missing';
    default:
      return 'waiting';
  }
}
