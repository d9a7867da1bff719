// The engine's catalog in the gateway: what it refuses, completes and documents, and what it must
// not load.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { objectives, unlearningNames } from '#contracts/objectives/index.js';
import { precisions } from '#contracts/precision.js';
import { createJobSchema } from './job-request.js';

const unlearn = (fields: object) =>
  createJobSchema.safeParse({
    model: 'm',
    training_file: 'f',
    method: { type: 'unlearn', unlearn: { retain_file: 'r', ...fields } },
  });

it.each(unlearningNames)('takes %s and fills in its options', (name) => {
  const { data } = unlearn({ objective: name });
  const method = data!.method as Extract<NonNullable<typeof data>['method'], { type: 'unlearn' }>;
  expect(method.unlearn.objective.type).toBe(name);
  expect(Object.keys(method.unlearn.objective).toSorted()).toEqual(
    ['type', ...Object.keys(objectives[name].options)].toSorted(),
  );
  expect(unlearn({ objective: method.unlearn.objective }).success).toBe(true);
});

it.each(['unlearn', 'supervised'])(
  'takes the precisions of the engine for method %s, and names them where another is asked for',
  (type) => {
    const asked = (hyperparameters: object) =>
      createJobSchema.safeParse({
        model: 'm',
        training_file: 'f',
        method: {
          type,
          [type]: { ...(type === 'unlearn' ? { retain_file: 'r' } : {}), hyperparameters },
        },
      });
    for (const precision of precisions)
      expect(asked({ precision, recompute: true }).data).toMatchObject({
        method: { [type]: { hyperparameters: { precision, recompute: true } } },
      });
    const refused = (hyperparameters: object) =>
      asked(hyperparameters).error?.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );
    const field = `method.${type}.hyperparameters.precision`;
    expect(refused({ precision: 'int3' })).toEqual([
      `${field}: Invalid option: expected one of ${precisions.map((name) => `"${name}"`).join('|')}`,
    ]);
    expect(refused({ precision: 'int8', trainable: 'full' })).toEqual([
      `${field}: "int8" goes with trainable "lora": weights that are trained need float32`,
    ]);
    expect(refused({ precision: 'int8', parent_adapter: 'continue' })).toEqual([
      `${field}: "int8" goes with parent_adapter "merge"`,
    ]);
  },
);

it('loads no onnxruntime', () => {
  const script = `await import(${JSON.stringify(new URL('job-request.js', import.meta.url).href)}); console.log(JSON.stringify(process.report.getReport().sharedObjects))`;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(loaded).toContain('.so');
  expect(loaded).not.toContain('onnxruntime');
});
