import { expect, test } from 'vitest';
import { type Cast, planParts } from './plan.js';

const asked = (cast: Cast): string[] =>
  planParts(['direct', 'gold', 'patching'], cast, false).map(
    ({ role, probes }) => `${role}: ${probes.join(' ')}`,
  );
const tiny = { base: 'tiny' };

test('states are taken of the unlearned model and the reference, for the model before', () => {
  expect(asked({ after: tiny, before: tiny, reference: tiny })).toEqual([
    'after: direct gold patching',
    'reference: direct gold patching',
    'before: direct gold',
  ]);
});

test.each<[string, Cast]>([
  ['without a reference', { after: tiny, before: tiny }],
  ['without a model before', { after: tiny, reference: tiny }],
])('%s none are', (_how, cast) => {
  expect(asked(cast).join()).not.toContain('patching');
});
