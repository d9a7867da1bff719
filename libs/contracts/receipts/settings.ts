// The settings of an unlearning job, as a receipt has them: whatever of a request is not text.

import { z } from 'zod';
import { augmentationSchema } from '../augmentation.js';
import type { Choosable } from '../choices/choice.js';
import { evaluationSchema } from '../evaluation.js';
import { hashSchema } from '../hash.js';
import { plainHyperparameters } from '../hyperparameters.js';
import { masks } from '../masks/index.js';
import { objectives } from '../objectives/index.js';
import { retainTerms } from '../objectives/retain-terms.js';
import { auditTiers } from '../probes.js';

interface Chosen {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** One of those that there are, with options of its own and no others. */
function chosen(known: Readonly<Record<string, Choosable>>): z.ZodType<Chosen> {
  const [first, ...rest] = Object.entries(known).map(([name, { options }]) =>
    z.strictObject({ type: z.literal(name), ...options }),
  );
  if (first === undefined) throw new RangeError('expected something to choose from');
  return z.discriminatedUnion('type', [first, ...rest]);
}

export const settingsSchema = z.strictObject({
  /** Of the method as the request had it, in the canonical JSON of RFC 8785: names of modules, too. */
  method: hashSchema,
  seed: z.number().int().nonnegative(),
  objective: chosen(objectives),
  retainTerms: z.array(z.enum(retainTerms)).readonly(),
  mask: chosen(masks).optional(),
  hyperparameters: plainHyperparameters,
  augmentation: augmentationSchema,
  /** Receipts of before there were audits do not say which. */
  evaluation: evaluationSchema
    .omit({ forget_file: true, retain_file: true })
    .extend({ audit: z.enum([...auditTiers, 'none']).optional() }),
});
