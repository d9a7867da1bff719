// Loss reweighting by saturation and importance (Yang et al. 2025, arXiv 2505.11953).

import { exp, mul, pow, scale, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/** mean over labels of p^beta1 (1 - p)^beta2 log p, the weight held constant. */
export const satimp: Loss<'satimp'> = {
  loss: (graph, { target }, { beta1, beta2 }) => {
    const weight = graph.untaped(() => {
      const p = exp(graph, target.logProbs);
      // Rounding can lift p above 1, of which no power may be taken.
      const rest = sub(graph, graph.scalar(1), p);
      const zero = graph.scalar(0);
      return mul(
        graph,
        exp(graph, scale(graph, target.logProbs, beta1)),
        pow(graph, graph.op('Where', [graph.op('Less', [rest, zero]), zero, rest]), beta2),
      );
    });
    return target.tokenMean(mul(graph, weight, target.logProbs));
  },
};
