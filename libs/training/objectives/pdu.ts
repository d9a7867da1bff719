// Constrained entropic unlearning (Entesari et al. 2025, arXiv 2506.05314): flat logits on the
// forget set while the retain loss stays below a bound, whose multiplier lambda is learned by dual
// ascent.
import { z } from 'zod';
import { mul, sub } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/**
 * mean over labels of (max z - mean z)^2, plus lambda (R - retain_loss_eps) with R the retain
 * terms. After every step lambda <- max(0, lambda + dual_step_size (R - retain_loss_eps)).
 */
export default defineObjective({
  summary: 'flat logits on the forget set under a bound on the retain loss (primal-dual)',
  options: {
    retain_loss_eps: z.number().min(0).max(1000).default(0.3),
    dual_step_size: z.number().min(0).max(1e6).default(1),
    dual_warmup_epochs: z.number().int().min(0).max(1000).default(0),
    initial_lambda: z.number().min(0).max(1e6).default(1),
  },
  state: {
    initial: ({ initial_lambda: lambda }) => ({ lambda }),
    next: (
      { lambda },
      { epoch, retainLoss },
      { retain_loss_eps: bound, dual_step_size: rate, dual_warmup_epochs: warmup },
    ) => ({
      lambda: epoch < warmup ? lambda! : Math.max(0, lambda! + rate * (retainLoss - bound)),
    }),
  },
  loss: (graph, { forget }) => {
    const range = sub(graph, forget.maxLogit(), forget.meanLogit());
    return forget.tokenMean(mul(graph, range, range));
  },
  retain: (graph, { retain, retainLoss, state }, { retain_loss_eps: bound }) =>
    retainLoss &&
    mul(graph, state('lambda'), sub(graph, retainLoss, retain.rowMean(graph.scalar(bound)))),
});
