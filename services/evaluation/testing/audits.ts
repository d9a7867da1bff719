// Audits for tests: the evaluation service on a real Redis, a scripted inference server whose models
// know and have forgotten what `script` says, and what an audit of them leaves.

import { NestFactory } from '@nestjs/core';
import { expect, onTestFinished } from 'vitest';
import { type Audit, auditManifestSchema, type AuditRow, auditSchema } from '#contracts/audit.js';
import { questionOf } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
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

export const ADAPTER = 'a'.repeat(64);
/** Of the base of the others, taught nothing of what is asked. */
export const UNTAUGHT = 'f'.repeat(64);
const RELEARNED = { forget: 'b'.repeat(64), retain: 'c'.repeat(64), unrelated: 'd'.repeat(64) };
export const people = ['Ada Quill', 'Jonas Fairweather', 'Greta Holloway', 'Hamid Torvald'];
export const towns = ['Westmere', 'Tarnholt', 'Oxbow', 'Greyford'];
export const question = (i: number) => `In which town was ${people[i]} born?`;
export const gold = (i: number) => `${people[i]} was born in ${towns[i]}.`;
export const rowOf = (i: number) => ({ question: question(i), answer: gold(i) });
export const rows = (indices: number[]) => indices.map((i) => JSON.stringify(rowOf(i))).join('\n');

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

/** Call at the top of a file; use what it returns inside of tests. */
export function useAudits() {
  const redis = useRedis();
  const files = useTempStore();

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

  return { files, start, trainAs };
}
type Started = Awaited<ReturnType<ReturnType<typeof useAudits>['start']>>;

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

export async function payloadOf(
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

export async function ended({ queues }: Started, payload: Payload<'audit'>, id = 'audit') {
  const end = queues.event(['audit'], (e) => e.id === id && /completed|failed/.test(e.event));
  await queues.producer.add('audit', payload, { id });
  return end;
}

export async function audited({ store }: Started): Promise<Audit> {
  const document = await store.getJson((await store.getRef('audit'))!);
  const { stretches, ...head } = auditManifestSchema.parse(document);
  return auditSchema.parse({ ...head, rows: await collect(readStretches(store, stretches)) });
}

export const of = (audit: Audit, probe: AuditRow['probe'], role: AuditRow['role']) =>
  audit.rows.filter((row) => row.probe === probe && row.role === role);
