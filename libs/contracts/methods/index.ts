// What a job can do to a model. What the gateway makes of each is in services/gateway/jobs/methods,
// which the compiler asks for.

import { z } from 'zod';
import { audit } from './audit.js';
import { knowledgeTuning } from './knowledge-tuning.js';
import { supervised } from './supervised.js';
import { unlearn } from './unlearn.js';

export const methodSchema = z.discriminatedUnion('type', [
  unlearn,
  supervised,
  audit,
  knowledgeTuning,
]);

/** Every default filled in. */
export type Method = z.output<typeof methodSchema>;
export type MethodName = Method['type'];
