import { expect, test } from 'vitest';
import { jobRequestSchema } from './job-request.js';
import type { Unlearn } from './methods/unlearn.js';
import { objectives, unlearningNames } from './objectives/index.js';
import { precisions } from './precision.js';

const asked = (type: string, options: object) => ({
  model: 'lethe-tiny',
  training_file: 'file-f',
  method: { type, [type]: options },
});
const unlearn = (options: object) => asked('unlearn', { retain_file: 'file-r', ...options });
const unlearning = (options: object) =>
  (jobRequestSchema.parse(unlearn(options)).method as Unlearn).unlearn;

const refused = (body: object) =>
  jobRequestSchema
    .safeParse(body)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('every default of an unlearning request is filled in', () => {
  expect(unlearning({})).toMatchObject({
    objective: { type: 'relearn' },
    retain_terms: ['gdr', 'klr'],
    hyperparameters: { lora_r: 8, forget_weight: 1 },
    augmentation: { teacher: 'rules' },
    evaluation: { judge: 'lexical' },
  });
});

test('answers are broken off where the objective or the request says so', () => {
  const breakOffs = (options: object) => unlearning(options).augmentation.break_offs;
  expect(breakOffs({})).toBe(0);
  expect(breakOffs({ objective: 'erase' })).toBe(2);
  expect(breakOffs({ objective: 'erase', augmentation: { break_offs: 0 } })).toBe(0);
  expect(breakOffs({ augmentation: { break_offs: 3 } })).toBe(3);
});

test.each(unlearningNames)('%s is taken by its name, and its options are filled in', (name) => {
  const { objective } = unlearning({ objective: name });
  expect(objective.type).toBe(name);
  expect(Object.keys(objective).toSorted()).toEqual(
    ['type', ...Object.keys(objectives[name].options)].toSorted(),
  );
  expect(unlearning({ objective }).objective).toEqual(objective);
});

test('an objective is taken with options of its own', () => {
  expect(unlearning({ objective: { type: 'npo', beta: 0.2 } }).objective).toEqual({
    type: 'npo',
    beta: 0.2,
  });
});

test('what OpenAI clients add beside the method is tolerated', () => {
  expect(refused({ model: 'm', training_file: 'f', integrations: [] })).toBeUndefined();
});

test.each([
  [unlearn({ objective: 7 }), 'method.unlearn.objective'],
  [unlearn({ objective: 'sft' }), 'method.unlearn.objective'],
  [unlearn({ objective: { type: 'npo', gamma: 1 } }), 'method.unlearn.objective.gamma'],
  [unlearn({ mask: 'veil' }), 'method.unlearn.mask'],
  [unlearn({ mask: { type: 'sure', percentile: 200 } }), 'method.unlearn.mask.percentile'],
  [unlearn({ mask: 'memflex', retain_terms: [] }), 'method.unlearn.mask'],
  [
    unlearn({ hyperparameters: { learning_rate: 2 } }),
    'method.unlearn.hyperparameters.learning_rate',
  ],
  [unlearn({ hyperparameters: { epochs: 2 } }), 'method.unlearn.hyperparameters'],
  [unlearn({ evaluation: { judge: 'none' } }), 'method.unlearn.evaluation.judge'],
  [{ ...unlearn({}), seed: -1 }, 'seed'],
  [asked('unlearn', {}), 'method.unlearn.retain_file'],
])('%j is refused: %s', (body, path) => {
  expect(refused(body)?.map((issue) => issue.split(': ')[0])).toContain(path);
});

test.each(['unlearn', 'supervised'])(
  'method %s takes every precision, and names them where another is asked for',
  (type) => {
    const body = (hyperparameters: object) =>
      asked(type, { ...(type === 'unlearn' ? { retain_file: 'r' } : {}), hyperparameters });
    for (const precision of precisions)
      expect(jobRequestSchema.parse(body({ precision, recompute: true }))).toMatchObject({
        method: { [type]: { hyperparameters: { precision, recompute: true } } },
      });
    const field = `method.${type}.hyperparameters.precision`;
    expect(refused(body({ precision: 'int3' }))).toEqual([
      `${field}: Invalid option: expected one of ${precisions.map((name) => `"${name}"`).join('|')}`,
    ]);
    expect(refused(body({ precision: 'int8', trainable: 'full' }))).toEqual([
      `${field}: "int8" goes with trainable "lora": weights that are trained need float32`,
    ]);
    expect(refused(body({ precision: 'int8', parent_adapter: 'continue' }))).toEqual([
      `${field}: "int8" goes with parent_adapter "merge"`,
    ]);
  },
);
