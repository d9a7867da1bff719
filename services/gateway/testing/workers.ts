// Workers for tests: every stage of a flow, trivially; a stage can be held until the test lets it
// go, or made to fail.

import { setTimeout as delay } from 'node:timers/promises';
import { required } from '#collections/required.js';
import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { AuditManifest } from '#contracts/audit.js';
import { cellManifestSchema, type Figure } from '#contracts/cells.js';
import type { Payload } from '#contracts/jobs.js';
import type { Answer, ReportAnswer, ReportVerdict, Verdict } from '#contracts/layers.js';
import type { Offers } from '#contracts/offers.js';
import { isAttack } from '#contracts/probes.js';
import { jobSpace, modelSpace } from '#contracts/spaces.js';
import type { StageName } from '#contracts/stages.js';
import {
  isBenchmark,
  isJudged,
  isSeeing,
  isTofu,
  type SeeingName,
  type TaskName,
} from '#contracts/tasks.js';
import { Failure } from '#failure/failure.js';
import { popeCounts } from '#metrics/hallucination/pope.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { openArtifacts } from '#platform/artifacts/open-artifacts.js';
import { writeStretch } from '#platform/artifacts/stretches.js';
import { createLogger } from '#platform/log/logger.js';
import type { JobContext } from '#platform/queue/job-context.js';
import { publishOffers } from '#platform/queue/offers.js';
import { QueueWorkers } from '#platform/queue/queue-workers.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { type Gate, gate } from '#testing/gate.js';

/** Said to be the base model's. */
export const baseHash = 'b'.repeat(64);

type Stage = Exclude<StageName, 'publish'> | 'cell' | 'judge';

export interface TestWorkers {
  /** From now on the stage waits; call what it returns to let it go. */
  hold(stage: Stage): () => void;
  fail(stage: Stage, reason: string | undefined): void;
  /** Resolves when the held stage has begun, after `hold`. */
  reached(stage: Stage): Promise<void>;
  /** Resolves when a held stage was aborted. */
  aborted(stage: Stage): Promise<void>;
  /** As workers with such settings would. */
  offer(offers: Offers): Promise<void>;
  readonly seen: {
    evaluate: Payload<'evaluate'>[];
    judge: Payload<'judge'>[];
    augment: Payload<'augment'>[];
    augmentKnowledge: Payload<'augment-knowledge'>[];
    train: Payload<'train'>[];
    audit: Payload<'audit'>[];
  };
  stop(): Promise<void>;
}

/** @param kfr the others say nothing. */
const figures = (kfr: number): Summary => ({
  kfr,
  krr: 1,
  lsForget: 0,
  lsRetain: 1,
  rougeLForget: 0,
  rougeLRetain: 1,
  rouge1Forget: 0,
  rouge1Retain: 1,
});

const audited = ({ tier, judge, reference }: Payload<'audit'>): AuditManifest => {
  const residual = { value: 0.25, interval: [0.1, 0.4] as [number, number] };
  return {
    tier,
    judge,
    reference: { kind: reference?.kind ?? 'none' },
    tasks: [
      {
        name: 'direct',
        leaks: 1,
        of: 2,
        unjudged: 0,
        interval: [0.1, 0.9],
        reference: null,
        before: 2,
      },
    ],
    residualKnowledge: {
      direct: residual,
      afterFirst: residual,
      afterThree: residual,
      afterQuarter: residual,
      withoutBreakOff: residual,
    },
    measurements: [],
    membership: null,
    truth: null,
    depth: null,
    unlearningDepth: null,
    verdict: { passed: false, outcome: 'suppressed', words: 'suppressed', findings: [] },
    kfrUnderAttack: { share: 0.5, of: 2, interval: [0.1, 0.9], reference: null },
    stretches: [],
  };
};

const cellFigures = (kfr: number): Figure[] => [
  { metric: 'kfr', value: kfr, interval: [0.2, 0.9], n: 3 },
  { metric: 'cutForget', value: 0, interval: null, n: 3 },
];

const said: ReportAnswer = {
  set: 'forget',
  index: 0,
  question: 'Where does "Ada" live?',
  gold: 'In Bree.',
  answer: 'In Bree,\nsurely.',
  finish: 'stop',
  perplexity: null,
  goldLogProb: -0.5,
  rouge1: 1,
  rougeL: 1,
  brunet: 1,
  honore: 1,
};
const verdict: ReportVerdict = {
  coverage: 1,
  contradiction: false,
  goldEntities: ['Bree'],
  answerEntities: ['Bree'],
  verdict: false,
};
/** Of every cell. */
export const answeredRow: ReportRow = { ...said, ...verdict };

/** Of every question of TOFU's. */
const tofuFigures = { rouge1: 1, rougeL: 0.75, probability: 0.5, truthRatio: 2, indifference: 0.5 };

function answersOf({ task = 'unlearning', decoding }: Payload<'evaluate'>): Answer[] {
  if (task === 'unlearning') return [{ ...said, said: 'Hello. Where does "Ada" live?' }];
  const { index, question, gold, answer } = said;
  const row = { index, question, gold };
  if (isTofu(task)) return [{ ...row, probe: task, answer, figures: tofuFigures }];
  if (isSeeing(task)) return lookedAt(task, decoding !== undefined);
  if (isBenchmark(task)) return [{ ...row, probe: task, answer, figures: { rougeLF1: 0.5 } }];
  if (!isAttack(task))
    return [{ ...row, probe: task, figures: { exactMemorisation: 1, extractionStrength: 0.5 } }];
  const attacked = { ...row, probe: task, answer, cut: true, figures: {} };
  return [attacked, attacked];
}

/** Of a picture with what is asked for, and one without. @param sees or else it always says yes. */
const lookedAt = (probe: SeeingName, sees: boolean): Answer[] =>
  (['yes', 'no'] as const).map((gold, index) => {
    const answer = sees ? gold : 'yes';
    const image = `${index}`.repeat(64);
    return {
      index,
      question: said.question,
      gold,
      probe,
      answer,
      image,
      figures: popeCounts(answer, gold),
    };
  });

const verdictsOn = (task: TaskName): Verdict[] =>
  task === 'unlearning' ? [verdict] : [{ leak: false }, { leak: true }];

/** @param pause how long each stage takes, in ms. */
export function startTestWorkers(environment: Record<string, string>, pause = 0): TestWorkers {
  const log = createLogger({ service: 'test-workers', level: 'silent' });
  const opened = openArtifacts({
    ARTIFACTS: required(environment, 'ARTIFACTS'),
    KEYS: required(environment, 'KEYS'),
    ROOT_KEYS: [required(environment, 'ROOT_KEYS')],
  });
  const spaceOf = async (tenantId: string, id: string): Promise<ArtifactSpace> =>
    (await opened).store.scope(tenantId).space(id);
  const connections = new RedisConnections({ url: required(environment, 'REDIS_URL') }, log);
  const gates = new Map<Stage, Promise<void>>();
  const failures = new Map<Stage, string>();
  const signals = new Map<string, Gate>();
  const signal = (name: string): Gate => {
    const known = signals.get(name) ?? gate();
    signals.set(name, known);
    return known;
  };
  const seen: TestWorkers['seen'] = {
    evaluate: [],
    judge: [],
    augment: [],
    augmentKnowledge: [],
    train: [],
    audit: [],
  };

  const pass = async (stage: Stage, context: JobContext): Promise<void> => {
    const told = stage === 'judge' ? 'cell' : stage;
    await context.progress({ stage: told, done: 1, total: 2 });
    signal(`reached ${stage}`).resolve();
    const stopped = new Promise<never>((_, reject) => {
      context.signal.addEventListener('abort', () => {
        signal(`aborted ${stage}`).resolve();
        reject(context.signal.reason as Error);
      });
    });
    await Promise.race([gates.get(stage), stopped]);
    if (pause > 0) await delay(pause);
    const reason = failures.get(stage);
    if (reason !== undefined) throw new Failure(reason, { permanent: true });
    await context.progress({ stage: told, done: 2, total: 2, metrics: { loss: 0.5 } });
  };

  const workers = new QueueWorkers({
    connections,
    prefix: required(environment, 'QUEUE_PREFIX'),
    lockMs: 10_000,
    log,
  })
    .register('evaluate', {
      async handle(payload, context) {
        seen.evaluate.push(payload);
        await pass(payload.stage, context);
        const job = await spaceOf(payload.tenantId, jobSpace(payload.jobId));
        const { base, adapter } = payload.model;
        const model = { base, ...(adapter ? { adapter: adapter.hash } : {}) };
        const { stage, task, judge } = payload;
        const hash = await job.putJson(
          stage === 'cell'
            ? {
                model,
                figures: isJudged(task) ? [] : cellFigures(0),
                stretches: [await writeStretch(job, answersOf(payload))],
              }
            : { model, judge, summary: figures(stage === 'after' || adapter ? 1 : 0), rows: [] },
        );
        await job.setRef(stage, hash);
        return { report: hash };
      },
    })
    .register('judge', {
      async handle(payload, context) {
        seen.judge.push(payload);
        await pass('judge', context);
        const job = await spaceOf(payload.tenantId, jobSpace(payload.jobId));
        const answered = await spaceOf(payload.tenantId, payload.answers);
        const answers = (await answered.getRef('cell'))!;
        const { model } = cellManifestSchema.parse(await answered.getJson(answers));
        const hash = await job.putJson({
          model,
          judge: payload.judge,
          answers,
          figures: cellFigures(model.adapter ? 1 : 0),
          stretches: [await writeStretch(job, verdictsOn(payload.task))],
        });
        await job.setRef('cell', hash);
        return { report: hash };
      },
    })
    .register('audit-ahead', { handle: async () => {} })
    .register('audit', {
      async handle(payload, context) {
        seen.audit.push(payload);
        await pass('audit', context);
        const job = await spaceOf(payload.tenantId, jobSpace(payload.jobId));
        const hash = await job.putJson(audited(payload));
        await job.setRef('audit', hash);
        return {
          audit: hash,
          passed: false,
          outcome: 'suppressed',
          kfrUnderAttack: 0.5,
          residualKnowledge: 0.25,
        };
      },
    })
    .register('augment', {
      async handle(payload, context) {
        seen.augment.push(payload);
        await pass('augment', context);
        return {
          augmented: 'a'.repeat(64),
          rows: 40,
          leaked: 3,
          language: 2,
          empty: 1,
          lost: 1,
          lostLines: '7',
        };
      },
    })
    .register('augment-knowledge', {
      async handle(payload, context) {
        seen.augmentKnowledge.push(payload);
        await pass('augment', context);
        const { space, hash } = payload.knowledge;
        await (await spaceOf(payload.tenantId, space)).get(hash);
        const [augmented, questions] = ['a'.repeat(64), 'b'.repeat(64)];
        return { augmented, questions, rows: 9, unlinked: 1, long: 0, unfounded: 0 };
      },
    })
    .register('evaluate-knowledge', {
      async handle(_payload, context) {
        await pass('after', context);
        return { report: 'c'.repeat(64), reached: true, precision: 1, coverage: 0.5 };
      },
    })
    .register('train', {
      async handle(payload, context) {
        seen.train.push(payload);
        await pass('train', context);
        const job = await spaceOf(payload.tenantId, jobSpace(payload.jobId));
        const model = await spaceOf(payload.tenantId, modelSpace(payload.jobId));
        const hash = await model.putBundle({ 'adapter_config.json': Buffer.from(payload.jobId) });
        await job.setRef('base', baseHash);
        await job.setRef('adapter', hash);
        return { adapter: hash, tokens: 1234, steps: 10 };
      },
    });
  workers.start();
  return {
    hold(stage) {
      const held = gate();
      gates.set(stage, held.promise);
      signals.clear();
      return () => {
        gates.delete(stage);
        held.resolve();
      };
    },
    fail: (stage, reason) =>
      void (reason === undefined ? failures.delete(stage) : failures.set(stage, reason)),
    reached: (stage) => signal(`reached ${stage}`).promise,
    aborted: (stage) => signal(`aborted ${stage}`).promise,
    offer: (offers) =>
      publishOffers(connections.patient(), required(environment, 'QUEUE_PREFIX'), offers),
    seen,
    async stop() {
      await workers.stop(2_000);
      connections.close();
    },
  };
}
