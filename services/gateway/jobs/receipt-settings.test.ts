import { expect, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import { maskNames } from '#contracts/masks/index.js';
import { unlearningNames } from '#contracts/objectives/index.js';
import { settingsSchema } from '#contracts/receipts/settings.js';
import { receiptSettings } from './receipt-settings.js';

function settingsOf(options: object) {
  const { method, seed } = jobRequestSchema.parse({
    model: 'm',
    training_file: 'file-f',
    method: { type: 'unlearn', unlearn: { retain_file: 'canary', ...options } },
  });
  if (method.type !== 'unlearn') throw new Error('expected a request to unlearn');
  return receiptSettings(method, seed);
}

test.each(unlearningNames)('of %s fit into a receipt', (objective) => {
  const settings = settingsOf({ objective });
  expect(settingsSchema.parse(settings)).toEqual(settings);
});

test.each(maskNames)('of the mask %s fit into a receipt', (mask) => {
  const settings = settingsOf({ objective: 'npo', retain_terms: ['gdr'], mask });
  expect(settingsSchema.parse(settings)).toEqual(settings);
  expect(settings.mask).toMatchObject({ type: mask });
});

test('of text there is a hash alone', () => {
  const said = {
    hyperparameters: { lora_targets: ['canary'], modules_to_save: ['canary'], lora_layers: [0] },
    evaluation: {
      forget_file: 'canary',
      retain_file: 'canary',
      holdout_file: 'canary',
      limit: 3,
    },
  };
  const settings = settingsOf(said);
  expect(settingsSchema.parse(settings)).toEqual(settings);
  expect(JSON.stringify(settings)).not.toContain('canary');
  expect(settings).toMatchObject({
    hyperparameters: { lora_layers: [0] },
    evaluation: { limit: 3 },
  });
  const other = settingsOf({ ...said, evaluation: { ...said.evaluation, forget_file: 'other' } });
  expect({ ...other, method: '' }).toEqual({ ...settings, method: '' });
  expect(other.method).not.toBe(settings.method);
});
