// Gradient difference (Liu et al. 2022, arXiv 2203.12817; open-unlearning's GradDiff): ascent on
// the forget set, descent on the retain set.

export { ga as gd } from './ga.js';
