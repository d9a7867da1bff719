// Producer, workers and events on the test file's Redis, closed after each test; payloads that fit
// the catalog.

import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Payload } from '#contracts/jobs.js';
import type { Artifact } from '#contracts/spaces.js';
import {
  QueueListener,
  type JobEvent,
  type ListenerOptions,
} from '#platform/queue/queue-listener.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { QueueWorkers, type WorkersOptions } from '#platform/queue/queue-workers.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import type { RedisAddress } from '#redis/redis-address.js';

export const silent = pino({ level: 'silent' });

const set = (digit: string): Artifact => ({ space: 'file-set', hash: digit.repeat(64) });
const owner = (jobId: string) => ({ tenantId: 'tenant', jobId, traceId: 'trace' });

export const samplePayloads = {
  publish: (jobId = 'job'): Payload<'publish'> => owner(jobId),
  augment: (jobId = 'job'): Payload<'augment'> => ({
    ...owner(jobId),
    forget: set('a'),
    seed: 0,
    options: {
      teacher: 'rules',
      variants: 0,
      answers: 1,
      rounds: 1,
      completion: false,
      generic_ratio: 0,
      language: 'en',
    },
  }),
  evaluate: (jobId = 'job'): Payload<'evaluate'> => ({
    ...owner(jobId),
    stage: 'before',
    task: 'unlearning',
    model: { base: 'tiny' },
    forget: set('a'),
    retain: set('b'),
    judge: 'lexical',
    maxTokens: 8,
    shardSize: 2,
  }),
  shard: (jobId = 'job', from = 0, shards = 1): Payload<'evaluate-shard'> => ({
    ...owner(jobId),
    stage: 'before',
    task: 'unlearning',
    model: { base: 'tiny' },
    set: 'forget',
    data: set('a'),
    from,
    to: from + 1,
    judge: 'lexical',
    maxTokens: 8,
    shards,
  }),
};

export interface TestQueues {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly producer: QueueProducer;
  /** Not started; stopped when the test ends. */
  workers(options?: Partial<WorkersOptions>): QueueWorkers;
  /** Started; closed when the test ends. */
  listen(
    options: Pick<ListenerOptions, 'names' | 'handle'> & Partial<ListenerOptions>,
  ): QueueListener;
  /**
   * Resolves with the first event from now on (or from the start of the queue) that `wanted`
   * accepts.
   */
  event(names: ListenerOptions['names'], wanted: (event: JobEvent) => boolean): Promise<JobEvent>;
}

/** For use inside a test. */
export function openQueues(at: string | RedisAddress, prefix: string): TestQueues {
  const connections = new RedisConnections(typeof at === 'string' ? { url: at } : at, silent);
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()));
    connections.close();
  });
  const queues: TestQueues = {
    connections,
    prefix,
    producer: new QueueProducer(connections, prefix),
    workers(options) {
      const workers = new QueueWorkers({
        connections,
        prefix,
        lockMs: 10_000,
        log: silent,
        ...options,
      });
      stops.push(() => workers.stop(2000));
      return workers;
    },
    listen(options) {
      const listener = new QueueListener({ connections, prefix, log: silent, ...options });
      stops.push(() => listener.close());
      listener.start();
      return listener;
    },
    event(names, wanted) {
      return new Promise((resolve) => {
        queues.listen({
          names,
          handle: async (event) => (wanted(event) ? resolve(event) : undefined),
        });
      });
    },
  };
  return queues;
}
