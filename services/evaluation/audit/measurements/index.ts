// The measurements that there are, by the names that an audit gives them.

import type { MeasurementName } from '#contracts/probes.js';
import type { Measurement } from '../probe.js';
import { breakOff } from './break-off.js';
import { choices } from './choices.js';
import { gold } from './gold.js';
import { gradient } from './gradient.js';
import { lens } from './lens.js';
import { multipleChoice } from './multiple-choice.js';
import { patching } from './patching.js';
import { truthRatio } from './truth-ratio.js';
import { yesNo } from './yes-no.js';

export const measurements: Readonly<Record<MeasurementName, Measurement>> = {
  gold,
  'break-off': breakOff,
  holdout: gold,
  gradient,
  'holdout-gradient': gradient,
  'truth-ratio': truthRatio,
  lens,
  patching,
  choices,
  'multiple-choice': multipleChoice,
  'yes-no': yesNo,
};
