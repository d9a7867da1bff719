// Cross-entropy unlearning (CE-U, Yang 2025, arXiv 2503.01224): towards the model's own
// distribution without the label.
import { z } from 'zod';
import { defineObjective } from './objective.js';

/**
 * mean over labels of CE(model, softmax(own z, -Infinity at y)), the target held constant, the
 * first labels of an answer left out.
 */
export default defineObjective({
  summary: "cross-entropy to the model's own distribution without the label",
  options: { ignore_first_n_answer_tokens: z.number().int().min(0).max(1000).default(1) },
  retainTerms: [],
  loss: (_graph, { forget }, { ignore_first_n_answer_tokens: skip }) =>
    forget.tokenMean(forget.crossEntropy('own', Infinity), skip),
});
