// ReLearn (arXiv 2502.11190): cross-entropy on augmented and generic examples; the forgetting is in
// the data.

export { sft as relearn } from './sft.js';
