// The probes that there are, by the names that an audit gives them.

import type { ProbeName } from '#contracts/audit.js';
import type { Probe } from '../probe.js';
import { direct } from './direct.js';
import { gold } from './gold.js';
import { firstThreeWords } from './stems.js';

export const probes: Readonly<Record<ProbeName, Probe>> = {
  direct,
  'first-three-words': firstThreeWords,
  gold,
};
