// ReLearn (arXiv 2502.11190): learn the augmented, safe answers; the forgetting is in the data.
import type { Objective } from './side.js';
import { sft } from './sft.js';

/** Cross-entropy on augmented and generic rows. The paper adds both retain terms, gdr and klr. */
export const relearn: Objective = sft;
