// A tenant's quotas: the operator's settings say how much by default; a tenant's own go before them.

import type { OwnQuotas, Quotas } from '#contracts/quotas.js';
import type { Env } from '../env.js';

export const defaultsOf = (env: Env): Quotas => ({
  requests_per_minute: env.QUOTA_REQUESTS_PER_MINUTE,
  tokens_per_minute: env.QUOTA_TOKENS_PER_MINUTE,
  running_jobs: env.QUOTA_RUNNING_JOBS,
  waiting_jobs: env.QUOTA_WAITING_JOBS,
  stored_bytes: env.QUOTA_STORED_BYTES,
  models: env.QUOTA_MODELS,
});

export const quotasOf = (env: Env, { quotas }: { quotas: OwnQuotas }): Quotas => ({
  ...defaultsOf(env),
  ...quotas,
});
