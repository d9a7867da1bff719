// KL minimisation (TOFU's baseline, arXiv 2401.06121; open-unlearning's GradDiff with
// retain_loss_type KL).

export { ga as kl } from './ga.js';
