// Alternate preference optimisation (Mekala et al. 2024, arXiv 2409.13474): DPO towards several
// plausible answers a question.

export { dpo as altpo } from './dpo.js';
