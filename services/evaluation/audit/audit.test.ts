import { expect, test } from 'vitest';
import { hyperparametersSchema } from '#contracts/hyperparameters.js';
import { jobSpace } from '#contracts/spaces.js';
import { ADAPTER, audited, ended, of, payloadOf, useAudits } from '../testing/audits.js';

const { files, start, trainAs } = useAudits();

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
