// Context-aware decoding (Shi et al. 2024, arXiv 2305.14739): what a context adds to what the model
// says without it counts for more.

import { logSumExp } from './candidates.js';
import type { Asking } from './early-layers.js';
import type { Corrected, Strategy } from './strategy.js';

export interface CadOptions {
  /** How much more: with 0 the context counts as it does by itself. */
  readonly alpha: number;
}

/**
 * z' = ln p + alpha (ln p - ln q), p with the context and q without it: classifier-free guidance
 * (arXiv 2306.17806) at a scale of 1 + alpha.
 */
export const cad = ({ alpha }: CadOptions): Strategy => ({
  // eslint-disable-next-line require-yield -- early layers have no part in it
  *correct(logits, _isGreedy, twin): Asking<Corrected> {
    if (!twin) throw new Error('expected the logits of a row without the context');
    const [total, other] = [logSumExp(logits), logSumExp(twin)];
    const corrected = new Float32Array(logits.length);
    for (let id = 0; id < logits.length; id++)
      corrected[id] = (1 + alpha) * (logits[id]! - total) - alpha * (twin[id]! - other);
    return { logits: corrected };
  },
});
