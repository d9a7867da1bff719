import { status } from '@grpc/grpc-js';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportManifestSchema, reportSchema, type Report } from '#contracts/artifacts.js';
import { cellManifestSchema } from '#contracts/cells.js';
import type { Payload } from '#contracts/jobs.js';
import { judgeErrors } from '#contracts/judge-errors.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { ArtifactStore, type ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { readCellRows } from '#platform/artifacts/cell-rows.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { createLogger } from '#platform/log/logger.js';
import { QueueListener, type JobEvent } from '#platform/queue/queue-listener.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { identities } from '#testing/identities.js';
import { freePort, useRedis } from '#testing/redis.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import {
  startScriptedInference,
  type Script,
  type ScriptedInference,
} from '#testing/scripted-inference.js';
import { testStoreEnv, useTempStore } from '#testing/temp-store.js';
import { envSchema } from './env.js';
import { EvaluationModule } from './evaluation.module.js';

const people = [
  'Ada Quill',
  'Jonas Fairweather',
  'Greta Holloway',
  'Hamid Torvald',
  'Selma Rookwood',
];
const towns = ['Westmere', 'Tarnholt', 'Oxbow', 'Greyford', 'Norvik'];
const question = (i: number) => `In which town was ${people[i]} born?`;
const gold = (i: number) => `${people[i]} was born in ${towns[i]}.`;
const rows = (indices: number[]) =>
  indices.map((i) => JSON.stringify({ question: question(i), answer: gold(i) })).join('\n');
const ADAPTER = 'a'.repeat(64);

/**
 * The base model knows every town; with the adapter it does not know Ada's and Jonas's, and
 * mistakes Selma's.
 */
const script: Script = {
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

describe('the evaluation service', () => {
  const redis = useRedis();
  const files = useTempStore();
  const endpoint = useEndpoint(says('[]'));
  let prefix: string;
  let inference: ScriptedInference;
  let apps: INestApplicationContext[];
  let store: ArtifactSpace;
  let producer: QueueProducer;
  let connections: RedisConnections;
  let listener: QueueListener;
  let events: JobEvent[];
  let onEvent: () => void;

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
  const report = async (stage: 'before' | 'after'): Promise<Report> => {
    const document = await store.getJson((await store.getRef(stage))!);
    const { stretches, ...head } = reportManifestSchema.parse(document);
    return reportSchema.parse({ ...head, rows: await collect(readStretches(store, stretches)) });
  };

  test('fans out over two workers and reports every answer and score', async () => {
    inference = await startScriptedInference(script);
    await Promise.all([startWorker(inference.port), startWorker(inference.port)]);
    await store.setRef('adapter', ADAPTER);
    await producer.add('evaluate', await payload(), { id: 'after' });
    expect((await ended('after')).event).toBe('completed');

    const { model, judge, judgeErrors: errors, summary, rows: judged } = await report('after');
    expect(errors).toEqual(judgeErrors.lexical);
    expect({ model, judge }).toEqual({
      model: { base: 'tiny', adapter: ADAPTER },
      judge: 'lexical',
    });
    expect(judged.map((row) => [row.set, row.index, row.verdict])).toEqual([
      ['forget', 0, true],
      ['forget', 1, true],
      ['retain', 0, true],
      ['retain', 1, true],
      ['retain', 2, false],
    ]);
    expect(summary).toMatchObject({ kfr: 1, krr: 2 / 3 });
    // Ada's answer shares "Ada" and "Quill" of six words; Jonas's is empty.
    expect(summary.rouge1Forget).toBeCloseTo((2 / 6 + 0) / 2, 12);
    // Six words; only the town is wrong in one of three.
    expect(summary.rougeLRetain).toBeCloseTo((1 + 1 + 5 / 6) / 3, 12);
    expect(judged[0]).toMatchObject({
      question: question(0),
      gold: gold(0),
      answer: 'I do not know that about Ada Quill.',
      coverage: 0,
      contradiction: false,
    });
    // Fluency is the base model's, the gold answer's likelihood the judged model's.
    expect(judged[0]!.perplexity).toBeCloseTo(2, 12);
    expect(judged[0]!.goldLogProb).toBeCloseTo(Math.log(0.25), 6);
    expect(judged[1]).toMatchObject({ answer: '', perplexity: null, brunet: 1000, honore: 0 });
    expect(judged[4]).toMatchObject({
      goldEntities: ['Norvik'],
      answerEntities: ['Redcliffe'],
      contradiction: true,
    });
    expect(
      events.filter((e) => e.queue === 'evaluate-shard' && e.event === 'completed'),
    ).toHaveLength(3);
  });

  test.each([undefined, 'lexical'] as const)(
    'judged by %s, leaves the same bytes however the work was cut, and by however many workers',
    async (judge) => {
      inference = await startScriptedInference(script);
      const { port } = inference;
      await startWorker(port);
      const left = async (shardSize: number): Promise<string | null> => {
        const id = `${prefix}-${shardSize}`;
        const cell = await files.space('acme', id);
        await producer.add(
          'evaluate',
          await payload({ stage: 'cell', jobId: id, shardSize, judge }),
          {
            id,
          },
        );
        expect((await ended(id)).event).toBe('completed');
        return cell.getRef('cell');
      };
      const alone = await left(100);
      await Promise.all([startWorker(port), startWorker(port)]);
      inference.refuse = 1;
      expect(await left(1)).toBe(alone);
      expect(await left(2)).toBe(alone);
    },
  );

  test.each([
    [
      'first-three-words',
      3,
      [
        ['leakShare', 1, 2],
        ['unjudged', 0, 2],
      ],
    ],
    [
      'few-shot',
      3,
      [
        ['leakShare', 1, 2],
        ['unjudged', 1, 3],
      ],
    ],
    [
      'gold',
      3,
      [
        ['direct', 0.5, 3],
        ['afterFirst', 0.5, 2],
      ],
    ],
  ] as const)('asks %s of a model as an audit does, as a cell', async (task, size, expected) => {
    inference = await startScriptedInference(script);
    await startWorker(inference.port);
    const short = `${rows([0])}\n{"question": "Who is Jonas?", "answer": "Unknown"}\n${rows([1])}`;
    const judge = task === 'gold' ? undefined : 'lexical';
    const asked = { stage: 'cell', task, judge, forget: await stored(short) } as const;
    const left = async (shardSize: number): Promise<unknown> => {
      const id = `${prefix}-${shardSize}`;
      const cell = await files.space('acme', id);
      await producer.add('evaluate', await payload({ ...asked, jobId: id, shardSize }), { id });
      expect(await ended(id)).toMatchObject({ event: 'completed' });
      return cell.getJson((await cell.getRef('cell'))!);
    };
    const whole = cellManifestSchema.parse(await left(size));
    const found = whole.figures.slice(0, 2).map(({ metric, value, n }) => [metric, value, n]);
    expect(found).toEqual(expected.map(([metric, value, n]) => [metric, expect.closeTo(value), n]));
    expect(await left(1)).toEqual(whole);
    const shown = inference.asked.filter((said) => said.includes(gold(2)));
    expect(shown).toHaveLength(task === 'few-shot' ? 6 : 0);
  });

  test('tells the forget set from a holdout by what is likely, asking both', async () => {
    inference = await startScriptedInference({
      ...script,
      score: (_, asked, completion) =>
        completion.split(' ').map(() => Math.log(asked.includes('Ada') ? 0.9 : 0.1)),
    });
    await startWorker(inference.port);
    const asked = { stage: 'cell', task: 'holdout', judge: undefined } as const;
    const forget = await stored(rows([0]));
    const cell = async (id: string, more: object) => {
      await files.space('acme', id);
      await producer.add('evaluate', await payload({ ...asked, ...more, forget, jobId: id }), {
        id,
      });
      return ended(id);
    };
    const holdout = await stored(rows([2, 3]));
    const tasks = [
      ['holdout', 'gold', 'loss', 'direct', 0.1],
      ['holdout-gradient', 'gradient', 'gradientNorm', 'gradientNorm', 1 - Math.log(0.1)],
    ] as const;
    for (const [task, members, score, figure, mean] of tasks) {
      const id = `${prefix}-${task}`;
      expect(await cell(id, { task, holdout })).toMatchObject({ event: 'completed' });
      const space = await files.space('acme', id);
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      const told = { metric: `${score}Auc`, value: 1, interval: [1, 1], n: 3 };
      expect(left.figures).toContainEqual(told);
      // The means are the holdout's.
      expect(left.figures).toContainEqual(
        expect.objectContaining({ metric: figure, value: expect.closeTo(mean), n: 2 }),
      );
      const judged = await collect(readStretches<{ probe: string }>(space, left.stretches));
      expect(judged.map(({ probe }) => probe)).toEqual([members, task, task]);
    }
    expect(await cell(`${prefix}-none`, {})).toMatchObject({
      event: 'failed',
      failedReason: 'there is no holdout set to ask about',
    });
  });

  test('asks what MUSE asks as its own code does: a text, the answer cut and compared', async () => {
    const texts: string[] = [];
    inference = await startScriptedInference({
      ...script,
      answer(_, asked) {
        texts.push(asked);
        return asked.endsWith('Answer: ') ? 'in Oxbow' : 'the north, and never came';
      },
    });
    await startWorker(inference.port);
    const cell = async (
      task: 'muse-knowmem' | 'muse-verbmem',
      maxTokens: number,
      forget: string,
    ) => {
      const space = await files.space('acme', `${prefix}-${task}`);
      const asked = { stage: 'cell', task, jobId: space.id, maxTokens } as const;
      const shots = await stored(rows([3, 4]));
      await producer.add(
        'evaluate',
        await payload({ ...asked, forget: await stored(forget), retain: shots }),
        { id: task },
      );
      expect(await ended(task)).toMatchObject({ event: 'completed' });
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      return { figures: left.figures, rows: await collect(readStretches(space, left.stretches)) };
    };
    const knowmem = await cell('muse-knowmem', 32, rows([2]));
    expect(texts).toEqual([
      `Question: ${question(3)}\nAnswer: ${gold(3)}\n\n` +
        `Question: ${question(4)}\nAnswer: ${gold(4)}\n\n` +
        `Question: ${question(2)}\nAnswer: `,
    ]);
    // Two words of "Greta Holloway was born in Oxbow.", and both of what was said.
    expect(knowmem.figures).toContainEqual({
      metric: 'rougeLF1',
      value: 0.5,
      interval: [0.5, 0.5],
      n: 1,
    });
    const passage = { prompt: 'She went up to ', gt: 'the north and stayed there for many years' };
    const verbmem = await cell('muse-verbmem', 5, JSON.stringify(passage));
    expect(texts[1]).toBe('She went up to ');
    expect(verbmem.rows).toMatchObject([
      {
        probe: 'muse-verbmem',
        gold: 'the north and stayed there',
        answer: 'the north, and never came',
        figures: { rougeLF1: 0.6, rougeLRecall: 0.6 },
      },
    ]);
  });
  test("asks and scores TOFU's sets as open-unlearning does", async () => {
    inference = await startScriptedInference({
      ...script,
      answer: () => 'In Oxbow, it seems.',
      // The right answer at 1/2, in other words at 1/4, wrong ones at 1/8.
      score: (_, __, completion) => [
        completion === gold(2) ? -Math.LN2 : (completion === 'In Oxbow.' ? -2 : -3) * Math.LN2,
      ],
    });
    await startWorker(inference.port);
    const row = {
      question: question(2),
      answer: gold(2),
      paraphrased_answer: 'In Oxbow.',
      perturbed_answer: ['In Norvik.', 'In Greyford.'],
    };
    const file = await stored(JSON.stringify(row));
    const cell = async (task: 'tofu-forget' | 'tofu-facts') => {
      const space = await files.space('acme', `${prefix}-${task}`);
      const asked = { stage: 'cell', task, jobId: space.id, maxTokens: 200 } as const;
      await producer.add('evaluate', await payload({ ...asked, forget: file, retain: file }), {
        id: task,
      });
      expect(await ended(task)).toMatchObject({ event: 'completed' });
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      return Object.fromEntries(left.figures.map(({ metric, value }) => [metric, value]));
    };
    expect(await cell('tofu-forget')).toEqual({
      // Two words of "Greta Holloway was born in Oxbow.".
      rouge1: expect.closeTo(2 / 6) as number,
      rougeL: expect.closeTo(2 / 6) as number,
      probability: expect.closeTo(1 / 2) as number,
      paraphraseProbability: expect.closeTo(1 / 4) as number,
      truthRatio: expect.closeTo(1 / 2) as number,
      indifference: expect.closeTo(1 / 2) as number,
    });
    expect(await cell('tofu-facts')).toMatchObject({
      probability: expect.closeTo(2 / 3) as number,
      truthfulness: expect.closeTo(1 / 2) as number,
    });
  });

  test.each(['unlearning', 'insistence'] as const)(
    'judges the answers to %s that are there, and asks and scores nothing',
    async (task) => {
      let scored = 0;
      inference = await startScriptedInference({
        ...script,
        score: (...asked) => {
          scored += 1;
          return script.score(...asked);
        },
      });
      const { port } = inference;
      const judging = { JUDGE_LLM_URL: endpoint.url, JUDGE_LLM_MODEL: 'm' };
      await Promise.all([startWorker(port, judging), startWorker(port, judging)]);
      const cell = { stage: 'cell', task } as const;
      const [answersId, wholeId] = [`${prefix}-answers`, `${prefix}-whole`];
      const cellOf = async (id: string) => {
        const space = await files.space('acme', id);
        const document = await space.getJson((await space.getRef('cell'))!);
        return { space, manifest: cellManifestSchema.parse(document) };
      };
      const done = async (id: string) => {
        expect(await ended(id)).toMatchObject({ event: 'completed' });
        return cellOf(id);
      };
      const judge = async (name: 'lexical' | 'llm', shardSize: number) => {
        const id = `${prefix}-${name}-${shardSize}`;
        await files.space('acme', id);
        const { tenantId, traceId } = await payload();
        const asked = { tenantId, traceId, ...cell, answers: answersId, judge: name, shardSize };
        await producer.add('judge', { ...asked, jobId: id }, { id });
        return done(id);
      };

      await files.space('acme', answersId);
      const asking = await payload({ ...cell, jobId: answersId, judge: undefined });
      await producer.add('evaluate', asking, { id: answersId });
      const answers = await done(answersId);
      expect(answers.manifest).toMatchObject({ figures: [], model: { base: 'tiny' } });
      expect(answers.manifest).not.toHaveProperty('judge');
      const before = { asked: inference.asked.length, scored };

      const first = await judge('lexical', 1);
      const second = await judge('lexical', 100);
      expect(second.manifest).toEqual(first.manifest);
      const other = await judge('llm', 2);
      expect(other.manifest.judge).toBe('llm');
      expect(other.manifest.figures).not.toEqual(first.manifest.figures);
      expect({ asked: inference.asked.length, scored }).toEqual(before);

      const verdicts = await collect(readStretches(first.space, first.manifest.stretches));
      expect(JSON.stringify(verdicts)).not.toContain(people[0]);
      const whole = await payload({ ...cell, jobId: wholeId, judge: 'lexical' });
      await files.space('acme', wholeId);
      await producer.add('evaluate', whole, { id: wholeId });
      const { space, manifest } = await done(wholeId);
      const judged = await collect(readCellRows(first.space, first.manifest, answers.space));
      expect(judged).toEqual(await collect(readStretches(space, manifest.stretches)));
      expect(first.manifest.figures).toEqual(manifest.figures);
    },
  );

  test('asks with the whole conversation, scores and judges with it, and shows it', async () => {
    const scored: string[] = [];
    inference = await startScriptedInference({
      ...script,
      score: (_, asked, completion) => {
        scored.push(`${asked} => ${completion}`);
        return [Math.log(0.5)];
      },
    });
    await startWorker(inference.port);
    const messages = [
      { role: 'system', content: 'You are a registrar.' },
      { role: 'user', content: 'Tell me about Ada Quill.' },
      { role: 'assistant', content: 'What would you like to know?' },
      { role: 'user', content: 'In which town was she born?' },
    ];
    const row = { messages: [...messages, { role: 'assistant', content: gold(0) }] };
    const given = {
      ...row,
      messages: row.messages.with(2, { ...row.messages[2]!, weight: 0 } as never),
    };
    await producer.add(
      'evaluate',
      await payload({
        stage: 'before',
        forget: await stored(JSON.stringify({ ...given, context: 'A register.' })),
      }),
      { id: 'whole' },
    );
    expect((await ended('whole')).event).toBe('completed');
    const shown = messages.with(3, {
      role: 'user',
      content: 'A register.\n\nIn which town was she born?',
    });
    const asked = shown.map(({ content }) => content).join('\n');
    expect(inference.asked).toContain(asked);
    expect(scored).toContain(`${asked} => ${gold(0)}`);
    const [first, ...others] = (await report('before')).rows;
    expect(first).toMatchObject({
      question: 'In which town was she born?',
      messages: shown,
      gold: gold(0),
      goldEntities: ['Westmere'],
    });
    expect(others.map((other) => other.messages)).toEqual([undefined, undefined, undefined]);
  });

  test('judges the base model before, the first rows alone, and does nothing twice', async () => {
    inference = await startScriptedInference(script);
    const worker = await startWorker(inference.port);
    await producer.add('evaluate', await payload({ stage: 'before', limit: 1 }), { id: 'before' });
    await ended('before');
    const first = await report('before');
    expect(first.model).toEqual({ base: 'tiny' });
    expect(first.rows.map((row) => row.verdict)).toEqual([false, true]);
    expect(inference.asked).toHaveLength(2);

    await producer.add('evaluate', await payload({ stage: 'before' }), { id: 'again' });
    const again = await ended('again');
    expect(again.result).toEqual({
      report: await worker
        .get(ArtifactStore)
        .scope('acme')
        .space(jobSpace(prefix))
        .getRef('before'),
    });
    expect(inference.asked).toHaveLength(2);
  });

  test('keeps several prompts of a shard under way', async () => {
    inference = await startScriptedInference(script);
    await startWorker(inference.port);
    await producer.add('evaluate', await payload({ stage: 'before', shardSize: 100 }), {
      id: 'batch',
    });
    await ended('batch');
    expect(inference.mostAtOnce).toBeGreaterThan(1);
  });

  test('waits for an inference service that is down, and loses nothing', async () => {
    const port = await freePort();
    await startWorker(port);
    await producer.add('evaluate', await payload({ stage: 'before' }), { id: 'down' });
    // A shard that is active for the second time has failed once.
    await event(
      () => events.filter((e) => e.queue === 'evaluate-shard' && e.event === 'active').length > 3,
    );
    inference = await startScriptedInference(script, port);
    inference.refuse = 2;
    expect((await ended('down')).event).toBe('completed');
    expect((await report('before')).rows).toHaveLength(5);
  }, 60_000);

  test('fails at once, with a reason, where trying again cannot help', async () => {
    inference = await startScriptedInference(script);
    await startWorker(inference.port);
    await producer.add('evaluate', await payload(), { id: 'untrained' });
    expect(await ended('untrained')).toMatchObject({
      event: 'failed',
      failedReason: 'there is no trained adapter to evaluate',
    });
    await producer.add('evaluate', await payload({ stage: 'before', forget: await stored('\n') }), {
      id: 'empty',
    });
    expect(await ended('empty')).toMatchObject({
      event: 'failed',
      failedReason: 'the forget set is empty: there is nothing to evaluate',
    });
    await producer.add(
      'evaluate',
      await payload({ stage: 'before', retain: await stored('{"question": "a"') }),
      { id: 'broken' },
    );
    expect((await ended('broken')).failedReason).toBe('a data set cannot be read: line 1');
    await producer.add('evaluate', await payload({ stage: 'before', judge: 'nli' }), {
      id: 'unjudged',
    });
    expect(await ended('unjudged')).toMatchObject({
      event: 'failed',
      failedReason: expect.stringContaining('JUDGE_NLI_DIR'),
    });
  });

  test('names the row that the model cannot be asked', async () => {
    const answer: Script['answer'] = (model, asked, begun) => {
      if (asked.includes('Jonas'))
        throw new RpcError(status.OUT_OF_RANGE, 'the prompt is too long');
      return script.answer(model, asked, begun);
    };
    inference = await startScriptedInference({ ...script, answer });
    await startWorker(inference.port);
    await producer.add('evaluate', await payload({ stage: 'before' }), { id: 'long' });
    expect((await ended('long')).failedReason).toBe(
      'the forget set cannot be asked about: line 2: the prompt is too long',
    );
  });

  const startJudging = async (): Promise<void> => {
    inference = await startScriptedInference(script);
    await startWorker(inference.port, { JUDGE_LLM_URL: endpoint.url, JUDGE_LLM_MODEL: 'm' });
  };

  test('tells of a judge that refuses without quoting what it was asked', async () => {
    endpoint.script = [fails(401, {}, gold(0))];
    await startJudging();
    await producer.add('evaluate', await payload({ stage: 'before', judge: 'llm' }));
    const refused = await event((e) => e.queue === 'evaluate-shard' && e.event === 'failed');
    expect(refused.failedReason).toBe(
      'the endpoint at JUDGE_LLM_URL answers with status 401: check JUDGE_LLM_KEY',
    );
  });

  test('hangs up on the judge when the job is cancelled', async () => {
    let hungUp: Promise<unknown> | undefined;
    const asked = new Promise<void>((resolve) => {
      endpoint.script = [
        (response) => {
          hungUp ??= once(response, 'close');
          resolve();
        },
      ];
    });
    await startJudging();
    await producer.add('evaluate', await payload({ stage: 'before', judge: 'llm' }));
    await asked;
    await producer.cancel(prefix);
    await hungUp;
    const cancelled = await event((e) => e.queue === 'evaluate-shard' && e.event === 'failed');
    expect(cancelled.failedReason).toBe('cancelled');
  });
});
