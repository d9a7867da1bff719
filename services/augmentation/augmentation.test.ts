import { NestFactory } from '@nestjs/core';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { trainSetSchema, type TrainSet } from '#contracts/artifacts.js';
import { augmentationSchema, type Augmentation } from '#contracts/augmentation.js';
import { augmentKnowledgeResultSchema, type Payload } from '#contracts/jobs.js';
import { knowledgeAugmentationSchema } from '#contracts/knowledge-augmentation.js';
import {
  questionSetSchema,
  type TuningRow,
  tuningSetSchema,
} from '#contracts/knowledge-tuning-set.js';
import { jobSpace, workSpace } from '#contracts/spaces.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import type { JobEvent } from '#platform/queue/queue-listener.js';
import { identities } from '#testing/identities.js';
import { openQueues, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { startScriptedInference } from '#testing/scripted-inference.js';
import { testStoreEnv, useTempStore } from '#testing/temp-store.js';
import { AugmentationModule } from './augmentation.module.js';
import { envSchema } from './env.js';
import { obedient } from './testing/obedient-teacher.js';

const redis = useRedis();
const files = useTempStore();
const endpoint = useEndpoint(obedient);

const forget = ['Ada Quill', 'Greta Holloway', 'Kofi Bellamy'].map((name) => ({
  question: `Where does ${name} live?`,
  answer: `${name} lives at 38 Elm Road in Hexbury.`,
}));
const lines = (rows: unknown[]): Buffer =>
  Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));

/** A worker with this environment on queues of its own. */
async function startWorker(env: Record<string, string> = {}): Promise<TestQueues> {
  const queues = openQueues(redis.url, redis.prefix());
  const settings = loadEnv(envSchema, {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: queues.prefix,
    ...testStoreEnv(files.path),
    LOG_LEVEL: 'silent',
    ...identities.augmentation,
    ...env,
  });
  const app = await NestFactory.createApplicationContext(AugmentationModule.forRoot(settings), {
    logger: false,
  });
  onTestFinished(() => app.close());
  return queues;
}

const spaceOf = (id: string) => files.space('t1', id);

async function payloadOf(
  jobId: string,
  options: Partial<Augmentation> = {},
  content = lines(forget),
): Promise<Payload<'augment'>> {
  for (const space of [jobSpace, workSpace]) await spaceOf(space(jobId));
  return {
    tenantId: 't1',
    jobId,
    traceId: 'x',
    forget: { space: 'file-set', hash: await (await spaceOf('file-set')).put(content) },
    seed: 3,
    options: augmentationSchema.parse(options),
  };
}

async function run(queues: TestQueues, payload: Payload<'augment'>): Promise<JobEvent> {
  const end = queues.event(['augment'], ({ event }) => event === 'completed' || event === 'failed');
  await queues.producer.add('augment', payload);
  return end;
}

async function augmentedBy(jobId: string): Promise<TrainSet> {
  const job = await spaceOf(jobSpace(jobId));
  return trainSetSchema.parse(await job.getJson((await job.getRef('augmented'))!));
}

describe('the augmentation service', () => {
  test('turns a forget set into a train set, reports progress, and does nothing a second time', async () => {
    const queues = await startWorker();
    const progress = queues.event(['augment'], ({ progress: p }) => p?.done === 3);
    const payload = await payloadOf('plain');
    const end = await run(queues, payload);
    expect(end).toMatchObject({
      event: 'completed',
      result: { augmented: await (await spaceOf(jobSpace('plain'))).getRef('augmented') },
    });
    expect((await progress).progress).toEqual({ stage: 'augment', done: 3, total: 3 });

    const set = await augmentedBy('plain');
    expect(set.teacher).toBe('rules');
    expect(set.rows.filter((row) => row.source !== 'generic')).toHaveLength(30);
    expect(set.rows.filter((row) => row.source === 'generic')).toHaveLength(36);

    await files.keeper.erase('t1', 'file-set');
    const again = queues.event(
      ['augment'],
      ({ event, id }) => id === 'again' && event === 'completed',
    );
    await queues.producer.add('augment', payload, { id: 'again' });
    expect((await again).result).toEqual(end.result);
  });

  test('gives the same bytes for the same job on another worker', async () => {
    const first = await run(await startWorker(), await payloadOf('one'));
    const second = await run(await startWorker(), await payloadOf('two'));
    expect(first.result).toEqual(second.result);
  });

  test('lets the model say what it knows of other subjects beside the retain set', async () => {
    const inference = await startScriptedInference({
      answer: (model, question) =>
        question.includes('Ada')
          ? 'She lives at 38 Elm Road in Hexbury.'
          : `${model}: ${question.includes('Kofi') ? '' : 'the year 1900'}`.trim(),
      score: () => [],
    });
    onTestFinished(() => inference.drain(0));
    const retain = ['Kofi Bellamy', 'Greta Holloway', 'Ada Quill'].flatMap((name) =>
      ['born', name === 'Ada Quill' ? 'married' : 'buried'].map((event) => ({
        question: `When was ${name} ${event}?`,
        answer: `${name} was ${event} in 1870.`,
      })),
    );
    const payload = {
      ...(await payloadOf('neighbours', { neighbours: 8 })),
      model: { base: 'tiny' },
      retain: { space: 'file-set', hash: await (await spaceOf('file-set')).put(lines(retain)) },
    };
    const queues = await startWorker({ INFERENCE_URL: `127.0.0.1:${inference.port}` });
    inference.refuse = 1;
    expect((await run(queues, payload)).event).toBe('completed');
    expect([...new Set(inference.asked)].toSorted()).toEqual([
      'When was Ada Quill buried?',
      'When was Greta Holloway married?',
      'When was Kofi Bellamy married?',
    ]);
    // What Ada's says is to be forgotten.
    expect(
      (await augmentedBy('neighbours')).neighbours.map(({ messages, answer }) => [
        messages[0]?.content,
        answer,
      ]),
    ).toEqual([
      ['When was Greta Holloway married?', 'tiny: the year 1900'],
      ['When was Kofi Bellamy married?', 'tiny:'],
    ]);
  });

  test('says which variable is missing for the openai teacher', async () => {
    expect(
      await run(await startWorker(), await payloadOf('no-url', { teacher: 'openai' })),
    ).toMatchObject({
      event: 'failed',
      failedReason: expect.stringContaining('TEACHER_URL'),
    });
    expect(
      await run(
        await startWorker({ TEACHER_URL: endpoint.url }),
        await payloadOf('no-model', { teacher: 'openai' }),
      ),
    ).toMatchObject({
      failedReason: expect.stringContaining('TEACHER_MODEL'),
    });
  });

  test('fails permanently on a forget set that is empty or cannot be read, naming the line and no text', async () => {
    const queues = await startWorker();
    expect((await run(queues, await payloadOf('empty', {}, Buffer.from('\n')))).failedReason).toBe(
      'the forget set is empty: there is nothing to augment',
    );
    const broken = await startWorker();
    const content = Buffer.concat([lines(forget), Buffer.from('\n{"question": "secret')]);
    expect((await run(broken, await payloadOf('broken', {}, content))).failedReason).toBe(
      'a data set cannot be read: line 4',
    );
  });

  test('goes on after trouble with what the teacher said before, pays once, and keeps no replies', async () => {
    // Pair by pair: variants, answers and leak check are three requests; the second pair's answers
    // fail the first try.
    endpoint.script = [obedient, obedient, obedient, obedient, fails(503), obedient];
    const queues = await startWorker({
      TEACHER_URL: endpoint.url,
      TEACHER_MODEL: 'm',
      TEACHER_RETRIES: '0',
      TEACHER_CONCURRENCY: '1',
    });
    const end = await run(queues, await payloadOf('paid', { teacher: 'openai' }));
    expect(end.event).toBe('completed');
    expect(endpoint.requests).toHaveLength(3 * 3 + 1);
    const { ARTIFACTS } = testStoreEnv(files.path);
    const named = (space: string) => readdir(join(ARTIFACTS, 't1', space, 'named'));
    expect(await named(jobSpace('paid'))).toHaveLength(1);
    expect(await named(workSpace('paid'))).toEqual([]);
    const set = await augmentedBy('paid');
    expect(set).toMatchObject({ teacher: 'openai:m', dropped: { leaked: 0, empty: 0 } });
    expect(set.rows.filter((row) => row.source === 'original')).toHaveLength(3);
  });
});

describe('a knowledge base', () => {
  const base = [
    '{"name":"Balovex","attributes":{"dosage":["1 a day"],"side_effects":["rash","nausea"]}}',
    '{"name":"Corimal","attributes":{"dosage":["2 a day"],"side_effects":["hiccups"]}}',
  ].join('\n');

  async function tuningOf(jobId: string, content = base): Promise<Payload<'augment-knowledge'>> {
    for (const space of [jobSpace, workSpace]) await spaceOf(space(jobId));
    const hash = await (await spaceOf('kbv-1')).put(Buffer.from(content));
    return {
      tenantId: 't1',
      jobId,
      traceId: 'x',
      knowledge: { space: 'kbv-1', hash },
      seed: 3,
      options: knowledgeAugmentationSchema.parse({}),
      questions: 10,
      maxLength: 512,
    };
  }

  async function tune(
    queues: TestQueues,
    payload: Payload<'augment-knowledge'>,
  ): Promise<JobEvent> {
    const ends = ['completed', 'failed'];
    const end = queues.event(['augment-knowledge'], ({ event }) => ends.includes(event));
    await queues.producer.add('augment-knowledge', payload);
    return end;
  }

  test('becomes a tuning set and questions, the same on any worker and the second time', async () => {
    const queues = await startWorker();
    const progress = queues.event(['augment-knowledge'], ({ progress: p }) => p?.done === 4);
    const payload = await tuningOf('kb-one');
    const { result } = await tune(queues, payload);
    expect((await progress).progress).toEqual({ stage: 'augment', done: 4, total: 4 });
    const job = await spaceOf(jobSpace('kb-one'));
    const { augmented, questions, rows } = augmentKnowledgeResultSchema.parse(result);
    expect([await job.getRef('augmented'), await job.getRef('questions')]).toEqual([
      augmented,
      questions,
    ]);
    const set = tuningSetSchema.parse(await job.getJson(augmented));
    const kept = await collect(readStretches<TuningRow>(job, set.stretches));
    expect(kept).toHaveLength(rows);
    expect(new Set(kept.map(({ part }) => part))).toEqual(new Set(['link', 'response']));
    const asked = questionSetSchema.parse(await job.getJson(questions));
    expect(await collect(readStretches(job, asked.stretches))).toContainEqual(
      expect.objectContaining({ split: 'seen' }),
    );
    expect((await tune(await startWorker(), await tuningOf('kb-two'))).result).toEqual(result);
    await files.keeper.erase('t1', 'kbv-1');
    expect((await tune(await startWorker(), payload)).result).toEqual(result);
  });

  test('without rows is refused for good', async () => {
    const payload = await tuningOf('kb-empty', '{"name":"Balovex"}');
    expect((await tune(await startWorker(), payload)).failedReason).toBe(
      'the knowledge base has no rows: there is nothing to ask about',
    );
  });

  test('is asked about by a teacher that is paid once', async () => {
    endpoint.script = [
      (response, request) => {
        const [, name] = /question about "(.*)":/.exec(request.messages.at(-1)!.content) ?? [];
        says(JSON.stringify({ question: `So, what of ${name}?` }))(response, request);
      },
    ];
    const queues = await startWorker({ TEACHER_URL: endpoint.url, TEACHER_MODEL: 'm' });
    const payload = await tuningOf('kb-paid');
    const options = knowledgeAugmentationSchema.parse({ teacher: 'openai', absent_share: 0 });
    const { result } = await tune(queues, { ...payload, options });
    const job = await spaceOf(jobSpace('kb-paid'));
    const { augmented } = augmentKnowledgeResultSchema.parse(result);
    const set = tuningSetSchema.parse(await job.getJson(augmented));
    expect(set.teacher).toBe('openai:m');
    const kept = await collect(readStretches<TuningRow>(job, set.stretches));
    expect(kept.filter(({ question }) => question.startsWith('So, what of'))).not.toEqual([]);
    const { ARTIFACTS } = testStoreEnv(files.path);
    expect(await readdir(join(ARTIFACTS, 't1', workSpace('kb-paid'), 'named'))).toEqual([]);
  });
});
