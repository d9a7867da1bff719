// Weighted gradient ascent (Wang et al. 2025, arXiv 2502.19301): tokens already unlikely weigh
// less.

import { exp, mul, scale } from '#onnx/math.js';
import type { Loss } from './loss.js';

/** mean over labels of p^beta log p, the weight p^beta held constant. */
export const wga: Loss<'wga'> = {
  loss: (graph, { target }, { beta }) => {
    const weight = graph.untaped(() => exp(graph, scale(graph, target.logProbs, beta)));
    return target.tokenMean(mul(graph, weight, target.logProbs));
  },
};
