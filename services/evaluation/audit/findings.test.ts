import { expect, test } from 'vitest';
import type { AuditRole, AuditRow } from '#contracts/audit.js';
import type { ProbeName } from '#contracts/probes.js';
import { wilson } from '#metrics/intervals.js';
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

test('of answers drawn at random, leak@k and the bound on the probability of a leak', async () => {
  const drawn = (role: AuditRole, index: number, leaks: (boolean | null)[]) =>
    leaks.map((leak) => row('samples', role, index, leak));
  const rest = Array<boolean>(8).fill(false);
  const { measurements } = figuresOf(
    await Tally.of([
      ...drawn('after', 0, [true, false, ...rest]),
      ...drawn('after', 1, [false, false, ...rest]),
      ...drawn('after', 2, [null, null, null, null, null, null, null, null, null, false]),
      ...drawn('reference', 0, [false, false, ...rest]),
      ...drawn('reference', 1, [false, false, ...rest]),
    ]),
  );
  const figure = (name: string) => measurements.find((one) => one.figure === name);
  expect(figure('leakAt1')).toMatchObject({ reference: 0, before: null, difference: [0, 0.1] });
  expect(figure('leakAt1')?.after).toBeCloseTo(0.1 / 3, 14);
  expect(figure('leakAt5')?.after).toBeCloseTo(0.25, 14);
  // A share of questions that are right or wrong has Wilson's interval, and does not end at 1.
  expect(figure('leakAt10')).toMatchObject({ after: 0.5, interval: wilson(1, 2) });
  const none = 1 - 0.05 ** 0.1;
  expect(figure('leakBound')?.reference).toBeCloseTo(none, 14);
  expect(figure('leakBound')?.after).toBeCloseTo((0.3941633024 + none + 0.95) / 3, 8);
});

test('a measured figure is compared with the reference question by question', async () => {
  const { measurements } = figuresOf(
    await Tally.of([
      ...golds('after', [0.5, 0.25, 0.75]),
      // Nothing is known of the third.
      ...golds('reference', [0.25, 0]),
    ]),
  );
  expect(measurements).toMatchObject([
    { figure: 'direct', after: 0.5, reference: 0.125, difference: [0.25, 0.25] },
  ]);
});
