// Constrained entropic unlearning (Entesari et al. 2025, arXiv 2506.05314): flat logits on the
// forget set while the retain loss stays below a bound, whose multiplier lambda is learned by dual
// ascent.

import { required } from '#collections/required.js';
import { mul, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/**
 * mean over labels of (max z - mean z)^2, plus lambda (R - retain_loss_eps) with R the retain
 * terms. After every step lambda <- max(0, lambda + dual_step_size (R - retain_loss_eps)).
 */
export const pdu: Loss<'pdu'> = {
  state: {
    initial: ({ initial_lambda: lambda }) => ({ lambda }),
    next: (
      state,
      { epoch, retainLoss },
      { retain_loss_eps: bound, dual_step_size: rate, dual_warmup_epochs: warmup },
    ) => {
      const lambda = required(state, 'lambda');
      return {
        lambda: epoch < warmup ? lambda : Math.max(0, lambda + rate * (retainLoss - bound)),
      };
    },
  },
  loss: (graph, { target }) => {
    const range = sub(graph, target.maxLogit(), target.meanLogit());
    return target.tokenMean(mul(graph, range, range));
  },
  retain: (graph, { retain, retainLoss, state }, { retain_loss_eps: bound }) =>
    retainLoss &&
    mul(graph, state('lambda'), sub(graph, retainLoss, retain.exampleMean(graph.scalar(bound)))),
};
