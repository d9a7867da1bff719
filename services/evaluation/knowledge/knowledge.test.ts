import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KnowledgeEvaluation } from '#contracts/knowledge-evaluation.js';
import type { KnowledgeQuestion } from '#contracts/knowledge-questions.js';
import {
  type KnowledgeManifest,
  type KnowledgeRow,
  knowledgeManifestSchema,
  knowledgeRowSchema,
} from '#contracts/knowledge-report.js';
import { jobSpace } from '#contracts/spaces.js';
import { canonicalLine } from '#knowledge/canonical.js';
import type { Entity } from '#knowledge/entity.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import { createLogger } from '#platform/log/logger.js';
import { QueueListener } from '#platform/queue/queue-listener.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { identities } from '#testing/identities.js';
import { useRedis } from '#testing/redis.js';
import { says, useEndpoint } from '#testing/scripted-endpoint.js';
import {
  type Script,
  type ScriptedInference,
  startScriptedInference,
} from '#testing/scripted-inference.js';
import { testStoreEnv, useTempStore } from '#testing/temp-store.js';
import { envSchema } from '../env.js';
import { EvaluationModule } from '../evaluation.module.js';

const names = ['Alma', 'Brume', 'Cusk', 'Dorn', 'Elvet', 'Fenn'];
const entities = names.map((name, i): Entity => ({
  id: `e${i}`,
  type: 'disease',
  name,
  aliases: [],
  attributes: new Map([['symptoms', [`sign ${i}`, `ache ${i}`]]]),
}));
const asked = (name: string, rest: Partial<KnowledgeQuestion> = {}): KnowledgeQuestion => ({
  question: `What are the symptoms of ${name}?`,
  split: 'seen',
  use: 'test',
  entities: [`e${names.indexOf(name)}`],
  attribute: 'symptoms',
  ...rest,
});
const absent = (name: string, use: KnowledgeQuestion['use']) =>
  asked(name, { split: 'absent', entities: [], use });
const questions: KnowledgeQuestion[] = [
  asked('Alma', { use: 'validation' }),
  asked('Brume', { use: 'validation' }),
  asked('Brume', {
    question: 'Has Brume symptoms?',
    split: 'unseen_wording',
    use: 'validation',
  }),
  // The one question that names nobody of the base: its mass alone counts.
  asked('Brume', { question: 'Symptoms of Brumes?', split: 'misspelt', use: 'validation' }),
  absent('Nobody', 'validation'),
  asked('Cusk'),
  asked('Dorn', { hidden: 'Dornia' }),
  asked('Elvet', { split: 'unseen_entity' }),
  absent('Nothing', 'test'),
];
const ADAPTER = 'a'.repeat(64);

const masses = [-0.1, -0.45, -0.3, -0.4, -0.6];

/** By question: names that it was asked without, and the weights it was asked with. */
const hiddenIn = new Map<string, readonly string[] | undefined>();
const wordingsHidden = new Set<string>();
const asks = new Map<string, number[]>();

/** With little weight on the retriever, Brume is taken for Alma. Who is absent is linked, unsurely. */
const script: Script = {
  answer: (model) => (model.includes(ADAPTER) ? 'It has sign 2.' : 'I do not know.'),
  score: () => [],
  grounded(_, question, { minMass = 0, retrieverWeight = 0, ...knowledge }) {
    hiddenIn.set(question, knowledge.hiddenNames);
    if (knowledge.hidesWording) wordingsHidden.add(question);
    asks.set(question, [...(asks.get(question) ?? []), retrieverWeight]);
    const i = names.findIndex((name) => question.includes(name));
    const mass = masses[i] ?? -0.8;
    const named = i === 1 && retrieverWeight < 4 ? 0 : Math.max(i, 0);
    const values = [`sign ${named}`, `ache ${named}`];
    const isFound = mass >= minMass;
    // Of Dorn a value of another row is said, and one of its own is not.
    const text = i === 3 ? 'It has sign 3 and sign 0.' : `${names[named]}: ${values.join(', ')}.`;
    return {
      text: isFound ? text : 'The knowledge base has nothing on this.',
      grounding: {
        status: isFound ? 'grounded' : 'not_found',
        entityId: `e${named}`,
        attribute: 'symptoms',
        mass,
        margin: 2,
        values: isFound ? values : [],
        start: 0,
        end: text.length,
        guarded: i === 2,
      },
    };
  },
};

const redis = useRedis();
const endpoint = useEndpoint(says('{}'));
const files = useTempStore();
let prefix: string;
let app: INestApplicationContext;
let inference: ScriptedInference;
let store: ArtifactSpace;
let connections: RedisConnections;
let listener: QueueListener;
let ended: Promise<string>;

beforeEach(async () => {
  prefix = redis.prefix();
  const log = createLogger({ service: 'test', level: 'silent' });
  connections = new RedisConnections({ url: redis.url }, log);
  inference = await startScriptedInference(script);
  const env = loadEnv(envSchema, {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    ...testStoreEnv(files.path),
    ...identities.evaluation,
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    LOG_LEVEL: 'silent',
    JUDGE_LLM_URL: endpoint.url,
    JUDGE_LLM_MODEL: 'm',
  });
  app = await NestFactory.createApplicationContext(EvaluationModule.forRoot(env), {
    logger: false,
  });
  store = await files.space('acme', jobSpace(prefix));
  let end: (reason: string) => void;
  ended = new Promise((resolve) => (end = resolve));
  listener = new QueueListener({
    connections,
    prefix,
    names: ['evaluate-knowledge'],
    log,
    handle: async (event) => {
      if (event.event === 'completed') end('completed');
      if (event.event === 'failed') end(event.failedReason ?? '');
    },
  });
  listener.start();
});
afterEach(async () => {
  await listener.close();
  await app.close();
  connections.close();
  await inference.drain(0);
});

async function evaluate(options: Partial<KnowledgeEvaluation> = {}): Promise<string> {
  const stretches = await collect(writeStretches(store, questions));
  await store.setRef('questions', await store.putJson({ stretches }));
  await store.setRef('adapter', ADAPTER);
  const knowledge = await store.put(Buffer.from(entities.map(canonicalLine).join('')));
  await new QueueProducer(connections, prefix).add('evaluate-knowledge', {
    tenantId: 'acme',
    jobId: prefix,
    traceId: 'trace',
    stage: 'after',
    model: { base: 'tiny' },
    knowledge: { space: jobSpace(prefix), hash: knowledge },
    seed: 0,
    options: { limit: 100, precision: 0.99, max_tokens: 20, shard_size: 2, ...options },
  });
  return ended;
}

async function report(): Promise<KnowledgeManifest> {
  const hash = await store.getRef('knowledge');
  return knowledgeManifestSchema.parse(await store.getJson(hash!));
}

test('chooses on the validation questions, and tells figures of the others', async () => {
  expect(await evaluate()).toBe('completed');
  const { settings, choice, figures, model, stretches } = await report();
  expect(model).toEqual({ base: 'tiny', adapter: ADAPTER });
  // Right at -.1 and three times at -.45, where the retriever counts four times; the absent one is at -.8.
  expect(settings).toEqual({ min_mass: -0.45, margin: 0, retriever_weight: 4 });
  const { tried, ...told } = choice;
  const interval = [expect.closeTo(0.51, 3), 1];
  expect(told).toEqual({
    wanted: 0.99,
    reached: true,
    precision: 1,
    precision_interval: interval,
    answered: 4,
    coverage: 1,
    coverage_interval: interval,
    n: 5,
  });
  // Less than 4: Alma alone is right, and of one answer. 16 is no better than 4.
  const precisions = tried.map((one) => [one.retriever_weight, one.precision, one.answered]);
  expect(precisions.toSorted(([a], [b]) => a! - b!)).toEqual([
    ...[0, 0.5, 1, 2].map((weight) => [weight, 1, 1]),
    ...[4, 8, 16].map((weight) => [weight, 1, 4]),
  ]);

  const value = (set: string, metric: string) => {
    const found = figures.find((one) => one.set === set && one.metric === metric);
    return found && [found.value, found.n];
  };
  // Cusk and Dorn are answered; Elvet at -.6 and Nothing are not.
  expect(value('all', 'row')).toEqual([1, 3]);
  expect(value('all', 'coverage')).toEqual([2 / 3, 3]);
  expect(value('all', 'answerPrecision')).toEqual([1, 2]);
  expect(value('all', 'refusalPrecision')).toEqual([0.5, 2]);
  expect(value('all', 'absentAnswered')).toEqual([0, 1]);
  expect(value('all', 'valueRecall')).toEqual([0.75, 2]);
  expect(value('all', 'valuePrecision')).toEqual([0.75, 2]);
  expect(value('all', 'hallucinated')).toEqual([0.5, 2]);
  expect(value('all', 'guarded')).toEqual([0.5, 2]);
  expect(value('all', 'citationCorrect')).toEqual([0.5, 2]);
  expect(value('all', 'entityAuroc')).toEqual([1, 4]);
  expect(value('all', 'recallAt1')).toEqual([1, 3]);
  expect(value('unseen_entity', 'row')).toEqual([1, 1]);
  expect(value('unseen_wording', 'row')).toBeUndefined();
  // Of Cusk the tuned model says one of two values; of Dorn none.
  expect(value('all', 'closedBookBefore')).toEqual([0, 2]);
  expect(value('all', 'closedBookAfter')).toEqual([0.25, 2]);
  expect(value('all', 'leakage')).toEqual([0.25, 2]);

  const rows = await collect(readStretches<KnowledgeRow>(store, stretches));
  expect(rows.map(({ index }) => index)).toEqual([5, 6, 7, 8]);
  for (const row of rows) knowledgeRowSchema.parse(row);
  // Nothing is linked to Alma, whom its question does not name.
  expect(rows.map(({ isNamed }) => isNamed)).toEqual([true, true, true, false]);
  // The base is asked without the alias that the question says.
  expect(hiddenIn.get(questions[6]!.question)).toEqual(['Dornia']);
  expect(hiddenIn.get(questions[5]!.question)).toEqual([]);
  // And as if its wording were not known where that is held back.
  expect([...wordingsHidden]).toEqual(['Has Brume symptoms?']);
  // Three of Brume are asked at five weights, what is linked alike at 0 and 16 at these alone.
  expect(asks.get('Has Brume symptoms?')).toEqual([0, 16, 2, 8, 4]);
  expect(asks.get('What are the symptoms of Alma?')).toEqual([0, 16]);
  // Two closed books alone ask without a base.
  expect([...inference.models]).toEqual(expect.arrayContaining(['tiny', `tiny+${ADAPTER}`]));
});

test('has the answers rated by a judge that the job names', async () => {
  // Cusk's helps, that of Elvet gets no rating; no question of validation is rated.
  endpoint.script = [
    (response, request) => {
      const { question } = JSON.parse(request.messages[1]!.content) as { question: string };
      const points = question.includes('Cusk') ? 2 : 1;
      const rated = `{"helpfulness": ${points}, "harmlessness": 1}`;
      says(question.includes('Elvet') ? 'No.' : rated)(response, request);
    },
  ];
  expect(await evaluate({ judge: 'llm' })).toBe('completed');
  const { figures, stretches } = await report();
  const means = figures.filter(({ set, metric }) => set === 'all' && metric.startsWith('llm'));
  expect(means.map(({ metric, value, n }) => [metric, value, n])).toEqual([
    ['llmHelpfulness', 4 / 3, 3],
    ['llmHarmlessness', 1, 3],
  ]);
  const rows = await collect(readStretches<KnowledgeRow>(store, stretches));
  expect(rows.map(({ ratings }) => ratings && ratings.helpfulness)).toEqual([2, 1, null, 1]);
  for (const row of rows) knowledgeRowSchema.parse(row);
});

test('fails where there are no questions', async () => {
  await store.setRef('adapter', ADAPTER);
  const missing = questions.splice(0);
  try {
    expect(await evaluate()).toContain('augmentation left no questions');
  } finally {
    questions.push(...missing);
  }
});
