// ReLearn (arXiv 2502.11190): cross-entropy on augmented and generic rows; the forgetting is in the
// data.

export { sft as relearn } from './sft.js';
