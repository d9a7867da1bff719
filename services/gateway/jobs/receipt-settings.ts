// The settings of an unlearning job, as its receipt tells them.

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { z } from 'zod';
import type { Unlearn } from '#contracts/methods/unlearn.js';
import type { settingsSchema } from '#contracts/receipts/settings.js';

/** All but text: names of modules and of files stand in the hash alone. */
export function receiptSettings(method: Unlearn, seed: number): z.output<typeof settingsSchema> {
  const { objective, retain_terms: retainTerms, mask, augmentation, ...rest } = method.unlearn;
  const { lora_targets: _targets, modules_to_save: _modules, ...numbers } = rest.hyperparameters;
  const { evaluation } = rest;
  const { forget_file: _f, retain_file: _r, holdout_file: _h, ...others } = evaluation;
  const { reference: _name, ...judged } = others;
  return {
    method: createHash('sha256').update(stringify(method)).digest('hex'),
    seed,
    objective,
    retainTerms,
    ...(mask ? { mask } : {}),
    hyperparameters: numbers,
    augmentation,
    evaluation: judged,
  };
}
