// Usage as clients see it.

import { z } from 'zod';
import { quotasSchema } from '#contracts/quotas.js';
import { stageNames } from '#contracts/stages.js';

const day = 24 * 3600;
/** Hours of a year. */
const longest = 366 * day;

const time = z.coerce.number().int().min(0).max(253_402_300_799);
export const usageQuery = z
  .object({
    start_time: time.optional().describe('In seconds since 1970; 30 days before the end.'),
    end_time: time.optional().describe('In seconds since 1970, not included; now.'),
    bucket_width: z.enum(['1h', '1d']).default('1d'),
  })
  .transform(({ start_time, end_time, bucket_width }) => {
    const end = end_time ?? Math.floor(Date.now() / 1000) + 1;
    return { start: start_time ?? Math.max(0, end - 30 * day), end, width: bucket_width };
  })
  .refine(({ start, end }) => start < end, {
    path: ['start_time'],
    message: "must lie before 'end_time'",
  })
  .refine(({ start, end }) => end - start <= longest, {
    path: ['start_time'],
    message: 'must lie at most 366 days before the end',
  });
export type UsageQuery = z.infer<typeof usageQuery>;

const amountsSchema = z.object({
  requests: z.number().int(),
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  trained_tokens: z.number().int(),
  evaluation_seconds: z.number(),
  job_seconds: z.record(z.enum(stageNames), z.number()),
});
export type Amounts = z.infer<typeof amountsSchema>;

const nowSchema = z.object({
  stored_bytes: z.number().int(),
  models: z.number().int(),
  running_jobs: z.number().int(),
  waiting_jobs: z.number().int(),
});
export type Now = z.infer<typeof nowSchema>;

export const usageSchema = z.object({
  object: z.literal('usage'),
  start_time: z.number().int(),
  end_time: z.number().int(),
  ...amountsSchema.shape,
  now: nowSchema.describe('What there is at this moment.'),
  quotas: quotasSchema,
  data: z.array(
    amountsSchema.extend({
      object: z.literal('bucket'),
      start_time: z.number().int(),
      end_time: z.number().int(),
    }),
  ),
});
export type UsageObject = z.infer<typeof usageSchema>;
