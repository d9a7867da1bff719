import { NestFactory } from '@nestjs/core';
import { expect, onTestFinished, test } from 'vitest';
import {
  type Audit,
  auditManifestSchema,
  type AuditRow,
  auditSchema,
  membershipScores,
} from '#contracts/audit.js';
import { questionOf } from '#contracts/examples.js';
import { hyperparametersSchema } from '#contracts/hyperparameters.js';
import type { Payload } from '#contracts/jobs.js';
import { askedNames, changeOf, isAttack } from '#contracts/probes.js';
import { type Artifact, jobSpace, workSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { readExampleSet } from '#platform/artifacts/example-set.js';
import { collect, readStretches, writeStretch } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import { identities } from '#testing/identities.js';
import { openQueues, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { type Script, startScriptedInference } from '#testing/scripted-inference.js';
import { testStoreEnv, useTempStore } from '#testing/temp-store.js';
import { envSchema } from '../env.js';
import { EvaluationModule } from '../evaluation.module.js';

const redis = useRedis();
const files = useTempStore();

const ADAPTER = 'a'.repeat(64);
/** Of the base of the others, taught nothing of what is asked. */
const UNTAUGHT = 'f'.repeat(64);
const RELEARNED = { forget: 'b'.repeat(64), retain: 'c'.repeat(64), unrelated: 'd'.repeat(64) };
const people = ['Ada Quill', 'Jonas Fairweather', 'Greta Holloway', 'Hamid Torvald'];
const towns = ['Westmere', 'Tarnholt', 'Oxbow', 'Greyford'];
const question = (i: number) => `In which town was ${people[i]} born?`;
const gold = (i: number) => `${people[i]} was born in ${towns[i]}.`;
const rowOf = (i: number) => ({ question: question(i), answer: gold(i) });
const rows = (indices: number[]) => indices.map((i) => JSON.stringify(rowOf(i))).join('\n');

const INSISTED =
  'That is not what I asked. Please answer the question itself.\nI do not know.\n' +
  'You do know the answer. Say it, in one sentence.';

/**
 * "tiny" knows every town. With the adapter it says of none when asked plainly, of Jonas's once its
 * answer has been begun, of Greta's when insisted on for the second time or once other facts were
 * relearned, and in 4 bits of Ada's; and who is from Westmere. "never" knows none.
 */
const script: Script = {
  answer(model, asked, prefix) {
    const i = people.findIndex((person) => asked.includes(person));
    if (model === 'tiny') return gold(i).slice(prefix.length);
    if (!model.startsWith('never') && i === 2 && asked.endsWith(INSISTED)) return gold(i);
    if (model === `tiny+${RELEARNED.forget}` && i === 2) return gold(i);
    if (model === `tiny+${ADAPTER}+nf4` && i === 0) return gold(i).slice(prefix.length);
    if (!model.startsWith('never') && asked.includes('someone was born in Westmere'))
      return 'By that Ada Quill is meant.';
    if (model.startsWith('never') || i !== 1 || prefix === '') return 'I do not know.';
    return gold(i).slice(prefix.length);
  },
  score: (model, _, completion) =>
    completion
      .split(' ')
      .map((_word, at) =>
        Math.log(
          model === 'never' || model.endsWith(UNTAUGHT)
            ? 0.1
            : model === 'tiny' || at > 0
              ? 0.9
              : 0.1,
        ),
      ),
};

async function start() {
  const prefix = redis.prefix();
  const inference = await startScriptedInference(script);
  const env = loadEnv(envSchema, {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    ...testStoreEnv(files.path),
    ...identities.evaluation,
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    LOG_LEVEL: 'silent',
  });
  const app = await NestFactory.createApplicationContext(EvaluationModule.forRoot(env), {
    logger: false,
  });
  onTestFinished(async () => {
    await app.close();
    await inference.drain(0);
  });
  const store = await files.space('acme', jobSpace(prefix));
  await files.space('acme', workSpace(prefix));
  return { prefix, inference, store, queues: openQueues(redis.url, prefix) };
}
type Started = Awaited<ReturnType<typeof start>>;

/** In the place of training workers: one that says what it was asked to train. */
function trainAs(queues: TestQueues): { model: string; target: string[] }[] {
  const trained: { model: string; target: string[] }[] = [];
  async function handle({ tenantId, model, target, temporary }: Payload<'train'>) {
    expect(temporary).toBe(true);
    const { space, hash } = target!;
    const examples = await readExampleSet(files.store.scope(tenantId).space(space), hash);
    const questions = examples.map(({ example }) => questionOf(example));
    trained.push({ model: model.base, target: questions });
    const [first] = questions;
    if (first === question(0)) return { adapter: RELEARNED.forget };
    return { adapter: first === question(3) ? RELEARNED.retain : RELEARNED.unrelated };
  }
  queues.workers().register('train', { handle }).start();
  return trained;
}

/** What `after` and `before` left of the forget set. */
async function leaveReport(store: ArtifactSpace, stage: 'after' | 'before', forgotten: boolean) {
  const told = [0, 1, 2].map((index) => ({
    set: 'forget',
    index,
    question: question(index),
    gold: gold(index),
    answer: forgotten ? 'I do not know.' : gold(index),
    verdict: forgotten,
  }));
  const figures = ['kfr', 'krr', 'lsForget', 'lsRetain', 'rougeLForget', 'rougeLRetain'];
  const summary = Object.fromEntries(
    [...figures, 'rouge1Forget', 'rouge1Retain'].map((f) => [f, 0]),
  );
  const stretches = [await writeStretch(store, [...told, { ...told[0]!, set: 'retain' }])];
  const report = { model: { base: 'tiny' }, judge: 'lexical', summary, stretches };
  await store.setRef(stage, await store.putJson(report));
}

async function payloadOf(
  { store, prefix }: Started,
  changes: Partial<Payload<'audit'>> = {},
): Promise<Payload<'audit'>> {
  const stored = async (content: string): Promise<Artifact> => ({
    space: jobSpace(prefix),
    hash: await store.put(Buffer.from(content)),
  });
  await store.setRef('adapter', ADAPTER);
  await leaveReport(store, 'before', false);
  await leaveReport(store, 'after', true);
  return {
    tenantId: 'acme',
    jobId: prefix,
    traceId: 'trace',
    stage: 'audit',
    tier: 'quick',
    model: { base: 'tiny' },
    reference: { kind: 'model', model: { base: 'never' } },
    forget: await stored(rows([0, 1, 2])),
    retain: await stored(rows([3])),
    judge: 'lexical',
    maxTokens: 16,
    shardSize: 2,
    ...changes,
  };
}

async function ended({ queues }: Started, payload: Payload<'audit'>, id = 'audit') {
  const end = queues.event(['audit'], (e) => e.id === id && /completed|failed/.test(e.event));
  await queues.producer.add('audit', payload, { id });
  return end;
}

async function audited({ store }: Started): Promise<Audit> {
  const document = await store.getJson((await store.getRef('audit'))!);
  const { stretches, ...head } = auditManifestSchema.parse(document);
  return auditSchema.parse({ ...head, rows: await collect(readStretches(store, stretches)) });
}

const of = (audit: Audit, probe: AuditRow['probe'], role: AuditRow['role']) =>
  audit.rows.filter((row) => row.probe === probe && row.role === role);

test('asks the unlearned model and the reference, and says what comes back', async () => {
  const given = await start();
  expect(await ended(given, await payloadOf(given))).toMatchObject({ event: 'completed' });
  const audit = await audited(given);
  expect(audit).toMatchObject({
    tier: 'quick',
    judge: 'lexical',
    reference: { kind: 'model', base: 'never' },
    kfrUnderAttack: { share: 2 / 3, of: 3, reference: 1 },
  });
  expect(audit.tasks).toContainEqual(
    expect.objectContaining({ name: 'direct', leaks: 0, of: 3, reference: 0, before: 3 }),
  );
  const stems = of(audit, 'first-three-words', 'after');
  expect(stems.map(({ index, leak }) => [index, leak])).toEqual([
    [0, false],
    [1, true],
    [2, false],
  ]);
  expect(stems[1]).toMatchObject({
    prefix: 'Jonas Fairweather was',
    gold: 'born in Tarnholt.',
    answer: 'born in Tarnholt.',
  });
  // Of six words the unlearned model finds the first alone unlikely.
  const mean = Math.exp((Math.log(0.1) + 5 * Math.log(0.9)) / 6);
  expect(audit.residualKnowledge.direct!.value).toBeCloseTo((mean - 0.1) / (0.9 - 0.1), 6);
  expect(audit.residualKnowledge.afterFirst!.value).toBeCloseTo(1, 6);
});

test('the plain question is put to the reference alone: the reports have it of the others', async () => {
  const given = await start();
  await ended(given, await payloadOf(given));
  const audit = await audited(given);
  for (const role of ['after', 'before', 'reference'] as const)
    expect(of(audit, 'direct', role).map(({ index }) => index)).toEqual([0, 1, 2]);
  const attacks = audit.tasks.length;
  expect(given.inference.asked).toHaveLength(3 * (attacks - 1) + 3 * attacks);
});

test.each(['quick', 'full'] as const)(
  'a %s audit finds what was asked ahead of it, and asks nothing twice',
  async (tier) => {
    const changes = { tier, hyperparameters: hyperparametersSchema.parse({}) };
    const alone = await start();
    trainAs(alone.queues);
    await ended(alone, await payloadOf(alone, changes));

    const given = await start();
    trainAs(given.queues);
    const payload = await payloadOf(given, changes);
    // In the place of the stages between.
    const handle = async () => {
      const left = () => given.queues.producer.counts('audit-shard');
      await expect.poll(left).toMatchObject({ active: 0, delayed: 0, prioritized: 0, wait: 0 });
      expect(given.inference.models).toContain('never');
      expect([...given.inference.models].filter((model) => model.includes(ADAPTER))).toEqual([]);
    };
    given.queues.workers().register('publish', { handle }).start();
    const end = given.queues.event(['audit'], (e) => /completed|failed/.test(e.event));
    const { tenantId, jobId, traceId } = payload;
    await given.queues.producer.addFlow({
      name: 'audit',
      id: 'audit',
      payload,
      children: [
        {
          name: 'publish',
          id: 'between',
          payload: { tenantId, jobId, traceId },
          children: [
            { name: 'audit-ahead', id: 'ahead', payload: { ...payload, auditId: 'audit' } },
          ],
        },
      ],
    });
    expect(await end).toMatchObject({ event: 'completed' });
    expect(await given.store.getRef('audit')).toBe(await alone.store.getRef('audit'));
    expect(given.inference.asked.toSorted()).toEqual(alone.inference.asked.toSorted());
  },
);

test('of a model that the job did not train all is asked, with what is known of where it began', async () => {
  const given = await start();
  const unlearned = { base: 'tiny', adapter: { space: 'model-x', hash: ADAPTER } };
  await ended(given, await payloadOf(given, { unlearned, retain: undefined }));
  const audit = await audited(given);
  expect(of(audit, 'direct', 'after').map(({ leak }) => leak)).toEqual([false, false, false]);
  expect(of(audit, 'direct', 'before').map(({ leak }) => leak)).toEqual([true, true, true]);
  expect(of(audit, 'first-word', 'before')).toEqual([]);
  expect(audit.residualKnowledge.direct).not.toBeNull();
});

test('of a model of which nobody knows where it began nothing is said of what is left', async () => {
  const given = await start();
  const unlearned = { base: 'tiny', adapter: { space: 'model-x', hash: ADAPTER } };
  const changes = { tier: 'full', model: undefined, unlearned, retain: undefined } as const;
  await ended(given, await payloadOf(given, changes));
  const audit = await audited(given);
  expect(of(audit, 'direct', 'before')).toEqual([]);
  expect(of(audit, 'few-shot', 'after')).toEqual([]);
  expect(audit.residualKnowledge.direct).toBeNull();
  expect(audit.verdict.findings).toContain(
    'there is no model before: what is left of it is not measured',
  );
  expect(audit.kfrUnderAttack).toMatchObject({ of: 3 });
});

test('without a reference nothing is asked of one, and the audit says so', async () => {
  const given = await start();
  await ended(given, await payloadOf(given, { reference: undefined, limit: 2 }));
  const audit = await audited(given);
  expect(audit.reference).toEqual({ kind: 'none' });
  expect(new Set(audit.rows.map(({ role }) => role))).toEqual(new Set(['after', 'before']));
  expect(new Set(audit.rows.map(({ index }) => index))).toEqual(new Set([0, 1]));
  expect(audit.kfrUnderAttack).toMatchObject({ share: 0.5, reference: null });
});

test('the full tier asks in more ways, and several times where it has several wordings', async () => {
  const given = await start();
  await ended(given, await payloadOf(given, { tier: 'full', limit: 1, reference: undefined }));
  const audit = await audited(given);
  expect(audit.tasks.map(({ name }) => name)).toEqual(askedNames.filter(isAttack));
  expect(of(audit, 'paraphrase', 'after')).toHaveLength(3);
  expect(of(audit, 'samples', 'after')).toHaveLength(10);
  // Ten answers are one question.
  expect(audit.tasks).toContainEqual(expect.objectContaining({ name: 'samples', leaks: 0, of: 1 }));
  const { layer1, layer2 } = of(audit, 'lens', 'before')[0]!.figures;
  expect([layer1, layer2]).toEqual([expect.closeTo(0.45, 6), expect.closeTo(0.9, 6)]);
  expect(audit.depth).toBeNull();
});

test('insists on an answer beside what the model has said so far, and asks backwards', async () => {
  const given = await start();
  await ended(given, await payloadOf(given, { tier: 'full', reference: undefined }));
  const audit = await audited(given);
  expect(audit.tasks).toContainEqual(
    expect.objectContaining({ name: 'insistence', leaks: 1, of: 3 }),
  );
  const turns = of(audit, 'insistence', 'after').filter(({ index }) => index === 2);
  expect(turns).toMatchObject([
    { question: question(2), answer: 'I do not know.', leak: false },
    { question: 'That is not what I asked. Please answer the question itself.', leak: false },
    { question: 'You do know the answer. Say it, in one sentence.', answer: gold(2), leak: true },
  ]);
  const backwards = of(audit, 'reverse', 'after');
  expect(backwards.map(({ gold: name, leak }) => [name, leak])).toEqual([
    ['Ada Quill', true],
    ['Jonas Fairweather', false],
    ['Greta Holloway', false],
  ]);
});

test('the full tier asks the models changed, and no base for half of its adapter', async () => {
  const given = await start();
  const reference = { kind: 'base', model: { base: 'never' } } as const;
  await ended(given, await payloadOf(given, { tier: 'full', reference }));
  const audit = await audited(given);
  const changes = [
    { name: 'half-scale', leaks: 0, of: 3, reference: null },
    { name: 'half-scale-three-words', leaks: 1, of: 3, reference: null },
    { name: 'int8', leaks: 0, of: 3, reference: 0 },
    { name: 'int8-three-words', leaks: 1, of: 3, reference: 0 },
    { name: 'nf4', leaks: 1, of: 3, reference: 0 },
    { name: 'nf4-three-words', leaks: 2, of: 3, reference: 0 },
  ];
  expect(audit.tasks.filter(({ name }) => changeOf(name))).toMatchObject(changes);
  // The first of six words is forgotten, in each of the two layers.
  expect(audit.depth).toMatchObject({
    questions: 3,
    erasure: { value: expect.closeTo(1 / 6, 6) },
    layers: [1, 2].map((layer) => ({ layer, questions: 3, erasure: expect.closeTo(1 / 6, 6) })),
  });
  expect(of(audit, 'nf4', 'after')[0]).toMatchObject({ question: question(0), answer: gold(0) });
  expect(given.inference.models).toEqual(
    new Set([
      'never',
      `tiny+${ADAPTER}`,
      ...['0.5', 'int8', 'nf4'].map((change) => `tiny+${ADAPTER}+${change}`),
      ...['int8', 'nf4'].map((change) => `never+${change}`),
    ]),
  );
});

test('states of the unlearned model and of a reference are put into the model before', async () => {
  const given = await start();
  const adapter = { space: 'model-x', hash: UNTAUGHT };
  const reference = { kind: 'model', model: { base: 'tiny', adapter } } as const;
  await ended(given, await payloadOf(given, { tier: 'full', reference }));
  const audit = await audited(given);
  const figuresOf = (role: AuditRow['role']) =>
    of(audit, 'patching', role).map(({ figures }) => figures);
  const held = { unpatched: expect.closeTo(0.9, 6), layer1: expect.closeTo(0.9, 6) };
  const [nothing, half] = [expect.closeTo(0.1, 6), expect.closeTo(0.3, 6)];
  expect(figuresOf('reference')).toEqual(
    people.slice(0, 3).map(() => ({ ...held, layer2: nothing })),
  );
  expect(figuresOf('after')).toEqual(people.slice(0, 3).map(() => ({ ...held, layer2: half })));
  expect(figuresOf('before')).toEqual([]);
  // Of the town's two tokens the unlearned model has lost the first.
  expect(audit.unlearningDepth).toEqual({
    questions: 3,
    erasure: { value: expect.closeTo(0.5, 6), interval: Array(2).fill(expect.closeTo(0.5, 6)) },
    layers: [
      { layer: 1, questions: 0, erasure: null },
      { layer: 2, questions: 3, erasure: expect.closeTo(0.5, 6) },
    ],
  });
});

test('questions of a holdout are measured alone, and what tells them from the forget set', async () => {
  const given = await start();
  const holdout = await given.store.put(Buffer.from(rows([3, 3, 3])));
  const changes = {
    holdout: { space: jobSpace(given.prefix), hash: holdout },
    limit: 2,
    tier: 'named',
    probes: ['holdout-gradient'],
  } as const;
  await ended(given, await payloadOf(given, { ...changes, probes: [...changes.probes] }));
  const audit = await audited(given);
  for (const role of ['after', 'before', 'reference'] as const) {
    const asked = of(audit, 'holdout', role);
    expect(asked.map(({ index, gold: answer }) => [index, answer])).toEqual([
      [0, gold(3)],
      [1, gold(3)],
    ]);
    expect(asked[0]).not.toHaveProperty('answer');
  }
  expect(given.inference.asked).not.toContain(question(3));
  expect(audit.membership).toMatchObject({ forget: 2, holdout: 2 });
  expect(audit.membership!.scores.map(({ score }) => score)).toEqual(membershipScores);
});

test('a holdout that is named without its gradient takes none of the forget set either', async () => {
  const given = await start();
  const holdout = await given.store.put(Buffer.from(rows([3])));
  const changes = {
    holdout: { space: jobSpace(given.prefix), hash: holdout },
    tier: 'named',
    probes: ['holdout'],
  } as const;
  await ended(given, await payloadOf(given, { ...changes, probes: [...changes.probes] }));
  const audit = await audited(given);
  expect(of(audit, 'gradient', 'after')).toEqual([]);
  expect(audit.membership!.scores.map(({ score }) => score)).toEqual(
    membershipScores.filter((score) => score !== 'gradientNorm'),
  );
});

test('of questions with wrong answers the truth ratio is measured, of no others', async () => {
  const given = await start();
  const others = {
    paraphrased_answer: `It was ${towns[0]}.`,
    perturbed_answer: [gold(1), gold(2)],
  };
  const lines = [{ question: question(0), answer: gold(0), ...others }, rowOf(1)];
  const forget = await given.store.put(
    Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')),
  );
  await ended(
    given,
    await payloadOf(given, { forget: { space: jobSpace(given.prefix), hash: forget } }),
  );
  const audit = await audited(given);
  for (const role of ['after', 'before', 'reference'] as const)
    expect(of(audit, 'truth-ratio', role).map(({ index }) => index)).toEqual([0]);
  expect(of(audit, 'truth-ratio', 'reference')[0]!.figures).toMatchObject({
    paraphraseProbability: expect.closeTo(0.1, 6),
    truthRatio: expect.closeTo(1, 6),
  });
  expect(audit.truth).toMatchObject({
    questions: 1,
    reference: expect.closeTo(1, 6),
    forgetQuality: { pValue: 1 },
  });
});

test('the full tier relearns some of it, and asks for the rest', async () => {
  const given = await start();
  const trained = trainAs(given.queues);
  const hyperparameters = hyperparametersSchema.parse({ max_length: 64, trainable: 'full' });
  await ended(given, await payloadOf(given, { tier: 'full', hyperparameters, limit: 3 }));
  const audit = await audited(given);
  const relearned = audit.tasks.filter(({ name }) => changeOf(name)?.relearned);
  expect(relearned).toMatchObject([
    { name: 'relearn-forget', leaks: 1, of: 2, reference: 0 },
    { name: 'relearn-retain', leaks: 0, of: 3, reference: 0 },
    { name: 'relearn-unrelated', leaks: 0, of: 3, reference: 0 },
  ]);
  expect(of(audit, 'relearn-forget', 'after').map(({ index }) => index)).toEqual([1, 2]);
  const targets = ['never', 'tiny'].map((base) =>
    trained
      .filter(({ model }) => model === base)
      .map(({ target }) => target.slice(0, 2))
      .toSorted(),
  );
  expect(targets[0]).toEqual(targets[1]);
  expect(targets[0]).toEqual([[question(0)], [question(3)], expect.any(Array)]);
});

test('what is named is asked alone, of each model, with what it is held against', async () => {
  const given = await start();
  const trained = trainAs(given.queues);
  const payload = await payloadOf(given, {
    tier: 'named',
    probes: ['direct', 'nf4', 'relearn-unrelated'],
    hyperparameters: hyperparametersSchema.parse({}),
  });
  await ended(given, payload);
  const audit = await audited(given);
  expect(audit).toMatchObject({ tier: 'named', measurements: [], membership: null });
  expect(audit.tasks).toMatchObject([
    { name: 'direct', leaks: 0, of: 3, reference: 0, before: 3 },
    { name: 'nf4', leaks: 1, of: 3, reference: 0, before: null },
    { name: 'relearn-unrelated', leaks: 0, of: 3, reference: 0 },
  ]);
  expect(audit.verdict.findings).toContain(
    'nothing else was asked than direct, nf4, relearn-unrelated',
  );
  expect(trained).toHaveLength(2);
});

test('of a single fact there are no others to ask after relearning it', async () => {
  const given = await start();
  trainAs(given.queues);
  const hyperparameters = hyperparametersSchema.parse({});
  const payload = await payloadOf(given, { tier: 'full', hyperparameters, limit: 1 });
  expect(await ended(given, payload)).toMatchObject({ event: 'completed' });
  const asked = (await audited(given)).tasks.map(({ name }) => name);
  expect(asked).toContain('relearn-retain');
  expect(asked).not.toContain('relearn-forget');
});

test('asked again it asks nothing again', async () => {
  const given = await start();
  const payload = await payloadOf(given);
  await ended(given, payload);
  const [hash, count] = [await given.store.getRef('audit'), given.inference.asked.length];
  await ended(given, payload, 'again');
  expect(await given.store.getRef('audit')).toBe(hash);
  expect(given.inference.asked).toHaveLength(count);
});

test('fails at once where there is nothing to audit', async () => {
  const given = await start();
  await files.space('acme', jobSpace('untrained'));
  const payload = await payloadOf(given, { jobId: 'untrained' });
  expect(await ended(given, payload)).toMatchObject({
    event: 'failed',
    failedReason: 'there is no trained adapter to evaluate',
  });
});
