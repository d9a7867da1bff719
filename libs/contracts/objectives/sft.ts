// Supervised fine-tuning.

import { defineObjective } from './objective.js';

export const sft = defineObjective({
  summary: 'supervised fine-tuning',
  rows: 'taught',
  retainTerms: [],
});
