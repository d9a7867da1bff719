// Self-distillation from the model before, with the label's logit lowered (Dong et al. 2024, arXiv
// 2402.10052).
import { z } from 'zod';
import { defineObjective } from './objective.js';

/** mean over labels of CE(model, softmax(z_ref - beta onehot(y))). */
export default defineObjective({
  summary: "self-distillation from the model before, the labels' logits lowered by beta",
  options: { beta: z.number().positive().max(1000).default(10) },
  retainTerms: [],
  loss: (_graph, { forget }, { beta }) => forget.tokenMean(forget.crossEntropy('reference', beta)),
});
