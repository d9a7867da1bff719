// Body of POST /v1/fine_tuning/jobs.

import { z } from 'zod';
import { methodSchema } from './methods/index.js';

export const jobRequestSchema = z.object({
  model: z.string().min(1),
  training_file: z.string().min(1),
  suffix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/i, 'must be 1 to 64 letters, digits or hyphens')
    .optional(),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  metadata: z.record(z.string(), z.string()).optional(),
  method: methodSchema.prefault({ type: 'supervised', supervised: {} }),
});
/** As it is sent: what has a default may be left out. */
export type JobRequestInput = z.input<typeof jobRequestSchema>;
/** As it is kept and answered: every default is filled in. */
export type JobRequest = z.output<typeof jobRequestSchema>;
