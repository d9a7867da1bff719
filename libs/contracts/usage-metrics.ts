// What is counted of a tenant: numbers alone, by the hour.

import type { StageName } from '#contracts/stages.js';

export type UsageMetric =
  | 'requests'
  | 'prompt_tokens'
  | 'completion_tokens'
  | 'trained_tokens'
  | 'evaluation_seconds'
  | `job_seconds.${StageName}`;

export interface Amount {
  readonly metric: UsageMetric;
  readonly amount: number;
}
