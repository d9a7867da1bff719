// What each mask does.

import type { ChosenMask, MaskName } from '#contracts/masks/index.js';
import type { GradientMask, StepGradients } from './gradient-mask.js';
import { memflex } from './memflex.js';
import { sure } from './sure.js';

const gradientMasks: Readonly<Record<MaskName, GradientMask>> = { sure, memflex };

/** Sets the masked part of a step's gradients to zero, in place. */
export const maskGradients = (mask: ChosenMask, gradients: StepGradients): void =>
  gradientMasks[mask.type].apply(gradients, mask);
