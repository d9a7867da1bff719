import { expect, test } from 'vitest';
import { jobRequestSchema } from './job-request.js';

const asked = (options: object, rest: object = {}) => ({
  model: 'lethe-tiny',
  method: {
    type: 'knowledge_tuning',
    knowledge_tuning: { knowledge_base: 'kb-1', ...options },
  },
  ...rest,
});

const refused = (body: object) =>
  jobRequestSchema
    .safeParse(body)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('every default of a tuning request is filled in', () => {
  expect(jobRequestSchema.parse(asked({})).method).toMatchObject({
    knowledge_tuning: {
      hyperparameters: { lora_r: 8 },
      augmentation: {
        teacher: 'rules',
        rows: 1000,
        wordings: 2,
        alias_share: 0.2,
        noisy_share: 0.1,
        absent_share: 0,
        decline_share: 0.1,
        weights: { entity: 1, attribute: 1, retrieval: 0, response: 1 },
      },
      evaluation: { limit: 150, precision: 0.99 },
    },
  });
});

const at = 'method.knowledge_tuning';

test.each([
  [asked({}, { training_file: 'file-f' }), 'training_file: must not be given'],
  [
    { model: 'm', method: { type: 'supervised' } },
    'training_file: Invalid input: expected string, received undefined',
  ],
  [asked({ knowledge_base: '' }), `${at}.knowledge_base: `],
  [asked({ augmentation: { rows: 0 } }), `${at}.augmentation.rows: `],
  [
    asked({ augmentation: { alias_share: 0.95 } }),
    `${at}.augmentation: alias_share, noisy_share and absent_share must be at most 1 together`,
  ],
  [
    asked({ augmentation: { weights: { entity: 0, attribute: 0, response: 0 } } }),
    `${at}.augmentation.weights: must not all be 0`,
  ],
  [asked({ evaluation: { limit: 1 } }), `${at}.evaluation.limit: `],
])('a request is refused by its field: %j', (body, message) => {
  expect(refused(body)).toEqual([expect.stringContaining(message)]);
});
