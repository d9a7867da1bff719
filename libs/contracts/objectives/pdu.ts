// Constrained entropic unlearning (Entesari et al. 2025, arXiv 2506.05314).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const pdu = defineObjective({
  summary: 'flat logits on the forget set under a bound on the retain loss (primal-dual)',
  options: {
    retain_loss_eps: z.number().min(0).max(1000).default(0.3),
    dual_step_size: z.number().min(0).max(1e6).default(1),
    dual_warmup_epochs: z.number().int().min(0).max(1000).default(0),
    initial_lambda: z.number().min(0).max(1e6).default(1),
  },
  ownRetainLoss: true,
});
