// Questions of a holdout, and wrong answers that come with a set.

import { expect, test } from 'vitest';
import { membershipScores } from '#contracts/audit.js';
import { jobSpace } from '#contracts/spaces.js';
import {
  audited,
  ended,
  gold,
  of,
  payloadOf,
  question,
  rowOf,
  rows,
  towns,
  useAudits,
} from '../testing/audits.js';

const { start } = useAudits();

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
