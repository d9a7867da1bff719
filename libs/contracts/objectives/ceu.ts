// Cross-entropy unlearning (CE-U, Yang 2025, arXiv 2503.01224).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const ceu = defineObjective({
  summary: "cross-entropy to the model's own distribution without the label",
  options: { ignore_first_n_answer_tokens: z.number().int().min(0).max(1000).default(1) },
  retainTerms: [],
});
