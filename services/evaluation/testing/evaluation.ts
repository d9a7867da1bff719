// The evaluation service for tests: workers on a real Redis, a scripted inference server, and what
// happens to their jobs.

import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach } from 'vitest';
import { reportManifestSchema, reportSchema, type Report } from '#contracts/artifacts.js';
import type { Payload } from '#contracts/jobs.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import { createLogger } from '#platform/log/logger.js';
import { QueueListener, type JobEvent } from '#platform/queue/queue-listener.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { identities } from '#testing/identities.js';
import { useRedis } from '#testing/redis.js';
import {
  startScriptedInference,
  type Script,
  type ScriptedInference,
} from '#testing/scripted-inference.js';
import { testStoreEnv, useTempStore } from '#testing/temp-store.js';
import { envSchema } from '../env.js';
import { EvaluationModule } from '../evaluation.module.js';

export const people = [
  'Ada Quill',
  'Jonas Fairweather',
  'Greta Holloway',
  'Hamid Torvald',
  'Selma Rookwood',
];
const towns = ['Westmere', 'Tarnholt', 'Oxbow', 'Greyford', 'Norvik'];
export const question = (i: number) => `In which town was ${people[i]} born?`;
export const gold = (i: number) => `${people[i]} was born in ${towns[i]}.`;
export const rows = (indices: number[]) =>
  indices.map((i) => JSON.stringify({ question: question(i), answer: gold(i) })).join('\n');

/**
 * The base model knows every town; with the adapter it does not know Ada's and Jonas's, and
 * mistakes Selma's.
 */
export const script: Script = {
  answer(model, asked) {
    const i = people.findIndex((person) => asked.includes(person));
    if (model === 'tiny') return gold(i);
    if (i === 0) return 'I do not know that about Ada Quill.';
    if (i === 1) return '';
    return i === 4 ? 'Selma Rookwood was born in Redcliffe.' : gold(i);
  },
  score: (model, _, completion) =>
    completion.split(' ').map(() => (model === 'tiny' ? Math.log(0.5) : Math.log(0.25))),
};

/** Call at the top of a describe; use what it returns inside of tests. */
export function useEvaluation() {
  const redis = useRedis();
  const files = useTempStore();
  let prefix: string;
  let inference: ScriptedInference | undefined;
  let apps: INestApplicationContext[];
  let store: ArtifactSpace;
  let producer: QueueProducer;
  let connections: RedisConnections;
  let listener: QueueListener;
  let events: JobEvent[];
  let onEvent: () => void;

  /** It is ended after the test. */
  const infer = async (answers: Script, port?: number): Promise<ScriptedInference> => {
    inference = await startScriptedInference(answers, port);
    return inference;
  };
  const startWorker = async (
    port: number,
    settings: Record<string, string> = {},
  ): Promise<INestApplicationContext> => {
    const env = loadEnv(envSchema, {
      REDIS_URL: redis.url,
      QUEUE_PREFIX: prefix,
      ...testStoreEnv(files.path),
      ...identities.evaluation,
      INFERENCE_URL: `127.0.0.1:${port}`,
      LOG_LEVEL: 'silent',
      ...settings,
    });
    const app = await NestFactory.createApplicationContext(EvaluationModule.forRoot(env), {
      logger: false,
    });
    apps.push(app);
    return app;
  };
  /** Resolves with the first event that fits, past or to come. */
  const event = (fits: (e: JobEvent) => boolean): Promise<JobEvent> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.find(fits);
        if (found) resolve(found);
        else onEvent = look;
      };
      look();
    });
  const ended = (id: string) =>
    event((e) => e.id === id && (e.event === 'completed' || e.event === 'failed'));

  beforeEach(async () => {
    prefix = redis.prefix();
    apps = [];
    events = [];
    onEvent = () => {};
    const log = createLogger({ service: 'test', level: 'silent' });
    connections = new RedisConnections({ url: redis.url }, log);
    producer = new QueueProducer(connections, prefix);
    store = await files.space('acme', jobSpace(prefix));
    listener = new QueueListener({
      connections,
      prefix,
      names: ['evaluate', 'evaluate-shard', 'judge'],
      log,
      async handle(e) {
        events.push(e);
        onEvent();
      },
    });
    listener.start();
  });
  afterEach(async () => {
    await listener.close();
    await Promise.all(apps.map((app) => app.close()));
    connections.close();
    await inference?.drain(0);
  });

  const stored = async (content: string): Promise<Artifact> => ({
    space: jobSpace(prefix),
    hash: await store.put(Buffer.from(content)),
  });
  const payload = async (
    changes: Partial<Payload<'evaluate'>> = {},
  ): Promise<Payload<'evaluate'>> => ({
    tenantId: 'acme',
    jobId: prefix,
    traceId: 'trace',
    stage: 'after',
    task: 'unlearning',
    model: { base: 'tiny' },
    forget: await stored(rows([0, 1])),
    retain: await stored(rows([2, 3, 4])),
    judge: 'lexical',
    maxTokens: 32,
    shardSize: 2,
    ...changes,
  });
  /** What the job's stage left. */
  const report = async (stage: 'before' | 'after'): Promise<Report> => {
    const document = await store.getJson((await store.getRef(stage))!);
    const { stretches, ...head } = reportManifestSchema.parse(document);
    return reportSchema.parse({ ...head, rows: await collect(readStretches(store, stretches)) });
  };

  return {
    files,
    infer,
    startWorker,
    event,
    ended,
    stored,
    payload,
    report,
    get prefix() {
      return prefix;
    },
    get store() {
      return store;
    },
    get producer() {
      return producer;
    },
    get events(): readonly JobEvent[] {
      return events;
    },
  };
}
