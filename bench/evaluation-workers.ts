// Evaluation workers as processes of their own, on queues of their own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Payload } from '#contracts/jobs.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { QueueListener } from '#platform/queue/queue-listener.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { gate } from '#testing/gate.js';
import { identities } from '#testing/identities.js';
import { silent } from '#testing/queue.js';
import type { RedisServer } from '#testing/redis.js';
import { type TestStore, testStoreEnv } from '#testing/temp-store.js';
import { untilSaid } from '#testing/until-said.js';

const MAIN = fileURLToPath(new URL('../services/evaluation/main.js', import.meta.url));
const TENANT = 'bench';

interface Around {
  readonly redis: RedisServer;
  /** Of the store. */
  readonly dir: string;
  readonly store: TestStore;
  /** Of inference. */
  readonly port: number;
}

export class EvaluationWorkers {
  private constructor(
    private readonly processes: readonly ChildProcess[],
    private readonly connections: RedisConnections,
    private readonly prefix: string,
    private readonly store: TestStore,
  ) {}

  /** Resolves once each takes jobs. */
  static async start(count: number, around: Around): Promise<EvaluationWorkers> {
    const prefix = `workers-${count}`;
    const env = {
      ...identities.evaluation,
      ...testStoreEnv(around.dir),
      REDIS_URL: around.redis.url,
      QUEUE_PREFIX: prefix,
      INFERENCE_URL: `127.0.0.1:${around.port}`,
      HTTP_PORT: '0',
    };
    const processes = Array.from({ length: count }, () =>
      spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    await Promise.all(processes.map((child) => untilSaid(child, '"started"')));
    const connections = new RedisConnections({ url: around.redis.url }, silent);
    return new EvaluationWorkers(processes, connections, prefix, around.store);
  }

  /**
   * Evaluates as many models at once, each on as many questions of both sets.
   * @returns seconds until the last report.
   */
  async evaluate(models: number, rows: number): Promise<number> {
    const payloads: Payload<'evaluate'>[] = [];
    for (let i = 0; i < models; i++) payloads.push(await this.payload(i, rows));
    const { connections, prefix } = this;
    const producer = new QueueProducer(connections, prefix);
    let left = models;
    /** With the first that failed. */
    const ended = gate<string | undefined>();
    const listener = new QueueListener({
      connections,
      prefix,
      names: ['evaluate'],
      log: silent,
      async handle({ event, id }) {
        if (event === 'failed') ended.resolve(id);
        if (event === 'completed' && --left === 0) ended.resolve(undefined);
      },
    });
    listener.start();
    const started = performance.now();
    for (const payload of payloads) await producer.add('evaluate', payload, { id: payload.jobId });
    const failed = await ended.promise;
    const seconds = (performance.now() - started) / 1000;
    await listener.close();
    if (failed !== undefined) throw new Error(`the evaluation ${failed} failed`);
    return seconds;
  }

  async stop(): Promise<void> {
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all(this.processes.map((child) => child.exitCode ?? once(child, 'exit')));
    this.connections.close();
  }

  private async payload(i: number, rows: number): Promise<Payload<'evaluate'>> {
    const jobId = `${this.prefix}-${i}`;
    const space = await this.store.space(TENANT, jobSpace(jobId));
    const stored = async (name: string): Promise<Artifact> => ({
      space: jobSpace(jobId),
      hash: await space.put(Buffer.from(questionsAbout(name, rows))),
    });
    return {
      tenantId: TENANT,
      jobId,
      traceId: 'bench',
      stage: 'before',
      task: 'unlearning',
      model: { base: `base-${i}` },
      forget: await stored('Ada'),
      retain: await stored('Bea'),
      judge: 'lexical',
      maxTokens: 32,
      shardSize: 32,
    };
  }
}

const questionsAbout = (name: string, rows: number): string =>
  Array.from({ length: rows }, (_, i) =>
    JSON.stringify({
      question: `In which town was ${name} ${i} born?`,
      answer: `${name} ${i} was born in Town${i}.`,
    }),
  ).join('\n');
