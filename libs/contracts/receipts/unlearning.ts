// That a model was made to forget, and with what success.

import { summarySchema } from '../artifacts.js';
import { auditedSchema } from '../audit.js';
import { idSchema } from '../id.js';
import { predicateSchema, timeSchema } from './predicate.js';
import { settingsSchema } from './settings.js';

export const unlearningType = 'urn:lethe:unlearning:v1';

const figures = summarySchema.strict();

export const unlearningSchema = predicateSchema.extend({
  job: idSchema,
  createdAt: timeSchema,
  finishedAt: timeSchema,
  settings: settingsSchema,
  /** What the evaluations found. */
  before: figures,
  after: figures,
  /** Absent where the job was not audited. */
  audit: auditedSchema.optional(),
});
