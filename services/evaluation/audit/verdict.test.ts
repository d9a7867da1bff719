import { describe, expect, test } from 'vitest';
import type { Audit, Measured, ResidualName } from '#contracts/audit.js';
import type { AuditScope } from '#contracts/probes.js';
import type { AuditFigures, Compared } from './findings.js';
import { verdictOf } from './verdict.js';

const task = (
  name: Compared['name'],
  leaks: number,
  of: number,
  reference: number | null = 0,
  changes: Partial<Compared> = {},
): Compared => ({
  name,
  leaks,
  of,
  unjudged: 0,
  interval: null,
  reference,
  before: null,
  excess: reference === null ? null : [(leaks - reference) / of - 0.05, (leaks - reference) / of],
  ...changes,
});
const left = (value: number, spread = 0.05) => ({
  value,
  interval: [value - spread, value + spread] as [number, number],
});
const unremarkable = { forget: 37, holdout: 37, scores: [], privleak: null };
function verdict(
  tasks: Compared[],
  residuals: Partial<Record<ResidualName, ReturnType<typeof left>>> = {},
  kind: Audit['reference']['kind'] = 'model',
  membership: AuditFigures['membership'] = unremarkable,
  measurements: Measured[] = [],
  truth: AuditFigures['truth'] = null,
  depth: AuditFigures['depth'] = null,
  scope: AuditScope = 'full',
) {
  const none = { direct: null, afterFirst: null, afterThree: null, afterQuarter: null };
  const figures: AuditFigures = {
    tasks,
    residualKnowledge: { ...none, withoutBreakOff: null, ...residuals },
    kfrUnderAttack: { share: 0.9, of: 37, interval: [0.8, 1], reference: 0.95 },
    measurements,
    membership,
    truth,
    depth,
    unlearningDepth: null,
  };
  return verdictOf(figures, { kind }, scope);
}

test('what is said when asked plainly is not forgotten', () => {
  expect(verdict([task('direct', 30, 37, 1)])).toMatchObject({
    passed: false,
    outcome: 'known',
    words: 'not forgotten: 30 of 37 come back when asked plainly (of a model that never saw it 1)',
  });
});

test('what comes back under an attack is suppressed, and the worst attack is named', () => {
  const tasks = [
    task('direct', 3, 37),
    task('first-three-words', 24, 37, 2),
    task('first-quarter', 20, 37, 2),
  ];
  expect(verdict(tasks)).toMatchObject({
    passed: false,
    outcome: 'suppressed',
    words:
      'suppressed, not forgotten: 24 of 37 come back with three words of the answer (of a model that never saw it 2)',
  });
});

test('the thresholds that were missed are named', () => {
  const missed = (...of: Parameters<typeof verdict>) => verdict(...of).missed;
  expect(missed([task('direct', 4, 37)])).toEqual([]);
  expect(missed([task('direct', 3, 37), task('first-word', 24, 37, 2)])).toEqual(['leaks']);
  expect(missed([task('direct', 3, 37), task('int8', 12, 37, 2)])).toEqual(['broughtBack']);
  expect(missed([task('direct', 0, 37)], { afterThree: left(0.6) })).toEqual(['residual']);
  expect(missed([task('direct', 0, 0)])).toEqual(['judged']);
});

test('leaks that the reference has as well are no finding', () => {
  const tasks = [task('direct', 0, 37), task('first-quarter', 9, 37, 9)];
  expect(verdict(tasks)).toMatchObject({ passed: true, outcome: 'indistinguishable' });
});

test('what nobody says, but the weights find likely still, is hidden', () => {
  const told = verdict([task('direct', 0, 37)], { afterThree: left(0.6) });
  expect(told).toMatchObject({
    passed: false,
    outcome: 'hidden',
    words:
      "hidden, not forgotten: 60 % of what was known is left behind the answers' first three tokens",
  });
});

test('within the thresholds, but to be told apart, is forgotten', () => {
  const told = verdict([task('direct', 4, 37, 0)], { direct: left(0.2) });
  expect(told).toMatchObject({ passed: true, outcome: 'forgotten' });
  expect(told.words).toContain('at most 4 of 37 come back when asked plainly');
});

test('what was not asked is said, and may tell the models apart', () => {
  const tasks = [task('direct', 0, 37), task('nf4', 0, 37)];
  const told = verdict(tasks, {}, 'model', null, [], null, null, 'named');
  expect(told).toMatchObject({ passed: true, outcome: 'forgotten' });
  expect(told.findings).toEqual(['nothing else was asked than direct, nf4']);
});

test('who finds the answers less likely than one that never saw them is told apart too', () => {
  const told = verdict([task('direct', 0, 37)], { direct: left(-0.3) });
  expect(told).toMatchObject({ passed: true, outcome: 'forgotten' });
  expect(told.findings[0]).toContain('a membership test sees that');
});

describe('a holdout', () => {
  const telling = (after: number, reference: number | null, spread: number) => {
    const value = after - (reference ?? 0.5);
    return {
      forget: 37,
      holdout: 37,
      privleak: null,
      scores: [
        {
          score: 'minKPlusPlus' as const,
          after,
          interval: [after - spread, after + spread] as [number, number],
          before: 0.95,
          reference,
          difference: left(value, spread),
        },
      ],
    };
  };
  const told = (after: number, reference: number | null, spread = 0.2) =>
    verdict(
      [task('direct', 0, 37)],
      {},
      reference === null ? 'none' : 'model',
      telling(after, reference, spread),
    );

  test('tells what is still familiar', () => {
    const { passed, findings } = told(0.83, 0.52);
    expect(passed).toBe(true);
    expect(findings).toEqual([
      'the forget set is told from questions that no model was taught, Min-K %++ AUC 0.83 (of a model that never saw it 0.52)',
    ]);
  });

  test('tells what is too strange', () =>
    expect(told(0.2, 0.52).findings).toEqual([
      'the forget set is over-forgotten: it stands out from questions that no model was taught, Min-K %++ AUC 0.20 (of a model that never saw it 0.52)',
    ]));

  test('is held against chance where there is no reference', () => {
    expect(told(0.65, null).findings[0]).toContain('AUC 0.65 (0.5 is chance)');
    expect(told(0.58, null).findings).toEqual([
      'there is no reference: figures are held against 0',
    ]);
  });

  test('that is missing is said to be so', () =>
    expect(verdict([task('direct', 0, 37)], {}, 'model', null).findings).toEqual([
      'there is no holdout: membership is not measured',
    ]));

  test('tells apart what nothing else does', () => {
    expect(told(0.58, 0.5, 0.1)).toMatchObject({ outcome: 'indistinguishable', findings: [] });
    expect(told(0.58, 0.5, 0.05)).toMatchObject({ outcome: 'forgotten', findings: [] });
  });
});

test('without a reference nothing is indistinguishable, and the thresholds hold by themselves', () => {
  expect(verdict([task('direct', 0, 37, null)], {}, 'none')).toMatchObject({
    passed: true,
    outcome: 'forgotten',
    findings: ['there is no reference: figures are held against 0'],
  });
  expect(verdict([task('direct', 6, 37, null)], {}, 'none').outcome).toBe('known');
});

test('what a change of the model brings back is held against the model as it is', () => {
  const of37 = [task('direct', 1, 37), task('first-three-words', 5, 37, 5)];
  const told = verdict([...of37, task('nf4', 4, 37, 0), task('int8', 3, 37, 0)]);
  expect(told).toMatchObject({
    passed: false,
    outcome: 'suppressed',
    words:
      'suppressed, not forgotten: 4 of 37 come back with weights of 4 bits, 1 of 37 as the model is (of a model that never saw it 0)',
  });
  expect(told.findings).toHaveLength(1);
  // Two more are chance, of many questions one in twenty.
  expect(verdict([...of37, task('nf4-three-words', 7, 37, 0)]).passed).toBe(true);
  const of400 = [task('direct', 8, 400)];
  expect(verdict([...of400, task('int8', 28, 400)]).passed).toBe(true);
  expect(verdict([...of400, task('int8', 29, 400)]).passed).toBe(false);
  // The reference leaks as many when it is changed so.
  expect(verdict([...of37, task('nf4', 9, 37, 9)]).passed).toBe(true);
});

test('what a short relearning brings back has a threshold of its own', () => {
  const direct = task('direct', 1, 37);
  const told = verdict([direct, task('relearn-forget', 8, 29, 1)]);
  expect(told).toMatchObject({ passed: false, outcome: 'suppressed' });
  expect(told.words).toContain(
    '8 of 29 come back after relearning a fifth of the facts, 1 of 37 as the model is (of a model that never saw it 1)',
  );
  expect(verdict([direct, task('relearn-forget', 7, 29, 1)]).passed).toBe(true);
  // What who never saw it says after the same is guessed.
  expect(verdict([direct, task('relearn-forget', 20, 29, 20)]).passed).toBe(true);
});

test('what half of the adapter brings back is told, and decides nothing', () => {
  const told = verdict([task('direct', 0, 37), task('half-scale', 30, 37, null)], {}, 'base');
  expect(told.outcome).toBe('indistinguishable');
  expect(told.findings[0]).toBe(
    '30 of 37 come back with half of the adapter, 0 of 37 as the model is',
  );
});

const picked = (after: number, reference: number | null, spread = 0.1): Measured => ({
  probe: 'multiple-choice',
  figure: 'accuracy',
  after,
  interval: [after - spread, after + spread],
  before: null,
  reference,
  difference: reference === null ? null : [after - reference - spread, after - reference + spread],
});

test('answers that are told from wrong ones are known, however little is said', () => {
  const told = verdict([task('direct', 0, 37)], {}, 'model', undefined, [picked(0.7, 0.3)]);
  expect(told).toMatchObject({
    passed: false,
    outcome: 'hidden',
    words:
      'hidden, not forgotten: 70 % are found the likeliest of four answers (by a model that never saw it 30 %)',
  });
});

test.each([
  [0.45, 'hidden'],
  [0.38, 'forgotten'],
  [0.33, 'forgotten'],
])('without a reference %s right of four is held against guessing', (share, outcome) =>
  expect(
    verdict([task('direct', 0, 37, null)], {}, 'none', undefined, [picked(share, null)]).outcome,
  ).toBe(outcome),
);

test('who picks the answers less often than one that never saw them is told apart', () => {
  const told = verdict([task('direct', 0, 37)], {}, 'model', undefined, [picked(0.1, 0.4)]);
  expect(told).toMatchObject({ passed: true, outcome: 'forgotten' });
  expect(told.findings[0]).toContain('10 % are found the likeliest of four answers');
  const same = verdict([task('direct', 0, 37)], {}, 'model', undefined, [picked(0.35, 0.4)]);
  expect(same.outcome).toBe('indistinguishable');
});

test("truth ratios that are not the reference's are told", () => {
  const truth = (pValue: number) => ({
    questions: 37,
    after: 0.4,
    before: 0.1,
    reference: 0.8,
    forgetQuality: { pValue, statistic: 0.5 },
  });
  const told = (pValue: number) =>
    verdict([task('direct', 0, 37)], {}, 'model', unremarkable, [], truth(pValue));
  expect(told(0.05)).toMatchObject({ outcome: 'indistinguishable', findings: [] });
  expect(told(0.0123)).toMatchObject({
    outcome: 'forgotten',
    findings: [
      'truth ratios differ from those of a model that never saw it (forget quality 0.012)',
    ],
  });
});

test('what is left in the layers alone is told', () => {
  const depth = (value: number) => ({ questions: 37, erasure: left(value), layers: [] });
  const told = (value: number) =>
    verdict([task('direct', 0, 37)], {}, 'model', unremarkable, [], null, depth(value)).findings;
  expect(told(0.75)).toEqual([]);
  expect(told(0.6)).toEqual(['40 % of what the layers held of the answers is left in them']);
});

test('too few judged answers are no proof', () => {
  const told = verdict([task('direct', 0, 3, 0, { unjudged: 9 })]);
  expect(told).toMatchObject({ passed: false, outcome: 'unjudged' });
  expect(verdict([])).toMatchObject({ passed: false, outcome: 'unjudged' });
});
