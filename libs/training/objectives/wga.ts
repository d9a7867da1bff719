// Weighted gradient ascent (Wang et al. 2025, arXiv 2502.19301): tokens already unlikely weigh
// less.
import { z } from 'zod';
import { exp, mul, scale } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/** mean over labels of p^beta log p, the weight p^beta held constant. */
export default defineObjective({
  summary: 'gradient ascent weighted by p^beta',
  options: { beta: z.number().min(0).max(100).default(1) },
  ascent: true,
  loss: (graph, { forget }, { beta }) => {
    const weight = graph.untaped(() => exp(graph, scale(graph, forget.logProbs, beta)));
    return forget.tokenMean(mul(graph, weight, forget.logProbs));
  },
});
