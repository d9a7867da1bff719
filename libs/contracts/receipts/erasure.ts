// That something was erased.

import { z } from 'zod';
import { idSchema } from '../id.js';
import { predicateSchema, timeSchema } from './predicate.js';

export const erasureType = 'urn:lethe:erasure:v1';

export const erasureSchema = predicateSchema.extend({
  kind: z.enum(['file', 'job', 'model', 'knowledge_base', 'tenant', 'evaluation_run']),
  /** Of the file, the job, the knowledge base, the run or the tenant; of a model that of the job that made it. */
  id: idSchema,
  requestedAt: timeSchema,
  erasedAt: timeSchema,
  /** The spaces whose keys were destroyed: what they had sealed can be read nowhere. */
  keysDestroyed: z.array(idSchema).readonly(),
  settings: z.strictObject({
    /** After so long no process has a destroyed key in memory, in ms. */
    keysForgottenMs: z.number().int().nonnegative(),
    /** After so long no replica answers from an erased model, in ms. */
    modelsDroppedMs: z.number().int().nonnegative(),
  }),
});
