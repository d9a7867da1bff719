// What the chart makes of six files of values, compared with what is committed:
// RECORD=true npm run test:chart writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';
import { testEnv } from '#testing/env.js';
import { canonical, flagsOf, rendered, valueFiles } from './render.js';
import { conform, helm, kubeconform, runHelm, versions } from './tools.js';

const golden = join(projectRoot, 'test/chart/golden');

describe.skipIf(helm === undefined).each(Object.keys(valueFiles))('values of %s', (name) => {
  test('are without a warning', () => {
    expect(runHelm('lint', '--strict', ...flagsOf(name))).toContain('0 chart(s) failed');
  });

  test('make what is committed', () => {
    const file = join(golden, `${name}.yaml`);
    const text = canonical(rendered(name));
    if (testEnv.RECORD) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test.skipIf(kubeconform === undefined).each(versions)(
    'make what Kubernetes %s takes',
    (version) => {
      conform(version, rendered(name));
    },
  );
});

test.skipIf(helm === undefined || kubeconform === undefined || versions.length === 0)(
  'a field that Kubernetes does not know is noticed',
  () => {
    const wrong = rendered('default').replaceAll('terminationGracePeriodSeconds', 'graceSeconds');
    expect(() => conform(versions[0] ?? '', wrong)).toThrow();
  },
);
