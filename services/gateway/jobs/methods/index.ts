// The methods of a job, by the names that a request gives them.

import type { MethodName } from '#contracts/methods/index.js';
import { audit } from './audit.js';
import type { JobMethod } from './job-method.js';
import { knowledgeTuning } from './knowledge-tuning.js';
import { supervised } from './supervised.js';
import { unlearn } from './unlearn.js';

export const jobMethods: Readonly<Record<MethodName, JobMethod>> = {
  supervised,
  unlearn,
  audit,
  knowledge_tuning: knowledgeTuning,
};
