// DPO towards answers such as "I don't know" (TOFU's preference baseline, arXiv 2401.06121;
// open-unlearning's IdkDPO).

export { dpo as idkdpo } from './dpo.js';
