// What a tenant may use, of its own or by default.

import { z } from 'zod';

const quota = (description: string) =>
  z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe(description);

export const quotasSchema = z.strictObject({
  requests_per_minute: quota('Requests to /v1 per minute.'),
  tokens_per_minute: quota('Tokens of prompts and answers per minute.'),
  running_jobs: quota('Jobs and evaluation runs at work; more wait.'),
  waiting_jobs: quota('Jobs and evaluation runs that wait for those at work; more are refused.'),
  stored_bytes: quota('Bytes of files, models and results.'),
  models: quota('Tuned models, and jobs that are to make one.'),
});
export type Quotas = z.infer<typeof quotasSchema>;
type Name = keyof Quotas;

/** What a tenant has of its own. */
export type OwnQuotas = Partial<Quotas>;

/** null: from now on as the operator has set it for all. */
export const changeSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(quotasSchema.shape).map(([name, schema]) => [name, schema.nullish()]),
  ) as { [N in Name]: z.ZodOptional<z.ZodNullable<(typeof quotasSchema.shape)[N]>> },
);
export type Change = z.infer<typeof changeSchema>;

export function changed(own: OwnQuotas, change: Change): OwnQuotas {
  const entries = Object.entries({ ...own, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as OwnQuotas;
}
