import { expect, test } from 'vitest';
import { auditManifestSchema } from './audit.js';

test('an audit of before there were differences, holdouts and layers is read', () => {
  const gold = {
    probe: 'gold',
    figure: 'direct',
    after: 0.2,
    interval: [0.1, 0.3],
    before: 0.9,
    reference: 0.1,
  };
  const audit = auditManifestSchema.parse({
    tier: 'quick',
    judge: 'lexical',
    reference: { kind: 'base', base: 'b' },
    tasks: [],
    residualKnowledge: {
      direct: null,
      afterFirst: null,
      afterThree: null,
      afterQuarter: null,
      withoutBreakOff: null,
    },
    kfrUnderAttack: null,
    measurements: [gold],
    verdict: { passed: true, outcome: 'forgotten', words: 'forgotten', findings: [] },
    stretches: [],
  });
  expect(audit.measurements).toEqual([{ ...gold, difference: null }]);
  expect(audit).toMatchObject({
    membership: null,
    truth: null,
    depth: null,
    unlearningDepth: null,
  });
});
