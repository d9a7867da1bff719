import { expect, test } from 'vitest';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import type { ProbeName } from '#contracts/probes.js';
import { figuresOf } from './findings.js';
import { Tally } from './tally.js';

const row = (
  probe: ProbeName,
  role: AuditRole,
  index: number,
  leak: boolean | null | undefined,
  figures: AuditRow['figures'] = {},
): AuditRow => ({
  probe,
  role,
  index,
  question: 'q',
  gold: 'g',
  ...(leak === undefined ? {} : { leak }),
  figures,
});
const answers = (probe: ProbeName, role: AuditRole, leaks: (boolean | null)[]) =>
  leaks.map((leak, index) => row(probe, role, index, leak));
const golds = (role: AuditRole, probabilities: number[]) =>
  probabilities.map((direct, index) => row('gold', role, index, undefined, { direct }));

test('a question is opened by any attack, and unjudged where no answer was judged', async () => {
  const tally = await Tally.of([
    ...answers('direct', 'after', [false, false, true, null, null]),
    ...answers('first-three-words', 'after', [true, false, false, false, null]),
    ...answers('direct', 'before', [true, true, true, true, true]),
    ...answers('direct', 'reference', [false, false, false, false, true]),
  ]);
  const { tasks, kfrUnderAttack } = figuresOf(tally);
  expect(tasks).toMatchObject([
    { name: 'direct', leaks: 1, of: 3, unjudged: 2, reference: 1, before: 5 },
    { name: 'first-three-words', leaks: 1, of: 4, unjudged: 1, reference: null, before: null },
  ]);
  expect(kfrUnderAttack).toMatchObject({ share: 0.5, of: 4, reference: 0.8 });
});

test('what a change of the model opens is no attack on the model', async () => {
  const tally = await Tally.of([
    ...answers('direct', 'after', [false, false]),
    ...answers('nf4', 'after', [true, false]),
  ]);
  const { tasks, kfrUnderAttack } = figuresOf(tally);
  expect(tasks).toContainEqual(expect.objectContaining({ name: 'nf4', leaks: 1, of: 2 }));
  expect(kfrUnderAttack).toMatchObject({ share: 1, of: 2 });
});

test('nothing that could be judged gives no share', async () => {
  const { tasks, kfrUnderAttack } = figuresOf(
    await Tally.of(answers('direct', 'after', [null, null])),
  );
  expect(tasks).toMatchObject([{ leaks: 0, of: 0, unjudged: 2, interval: null }]);
  expect(kfrUnderAttack).toBeNull();
});

test('residual knowledge is what is left of the difference to the reference', async () => {
  const { residualKnowledge } = figuresOf(
    await Tally.of([
      ...golds('after', [0.75, 0.85]),
      ...golds('before', [0.95, 0.97]),
      ...golds('reference', [0.1, 0.1]),
    ]),
  );
  expect(residualKnowledge.direct!.value).toBeCloseTo((0.8 - 0.1) / (0.96 - 0.1), 12);
  const [low, high] = residualKnowledge.direct!.interval;
  expect(low).toBeCloseTo(0.65 / 0.85, 12);
  expect(high).toBeCloseTo(0.75 / 0.87, 12);
  // Answers of few tokens have none behind those that are given.
  expect(residualKnowledge.afterThree).toBeNull();
});

test('without a reference it is held against 0, and there is none where nothing was known', async () => {
  const against0 = figuresOf(await Tally.of([...golds('after', [0.2]), ...golds('before', [0.8])]));
  expect(against0.residualKnowledge.direct!.value).toBeCloseTo(0.25, 12);
  const unknown = figuresOf(
    await Tally.of([
      ...golds('after', [0.1]),
      ...golds('before', [0.12]),
      ...golds('reference', [0.1]),
    ]),
  );
  expect(unknown.residualKnowledge.direct).toBeNull();
});
