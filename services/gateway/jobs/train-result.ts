// What `train` returns of interest to the job's owner.
import { z } from 'zod';
import type { Trained } from './job-ledger.js';

const resultSchema = z.object({
  tokens: z.number().int().optional(),
  steps: z.number().int().optional(),
});

export function trainedBy(result: unknown): Trained {
  const parsed = resultSchema.safeParse(result);
  return parsed.success ? parsed.data : {};
}
