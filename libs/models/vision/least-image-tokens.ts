// How little of a prompt a picture can take: what is known of it before it is read.

import type { VisionConfig } from '../types.js';
import { tileFeatures } from './connector.js';

/** Placeholders of the smallest picture; of a grid, whose size is the picture's own, at least one. */
export const leastImageTokens = (vision: VisionConfig): number =>
  vision.layout === 'grid' ? 1 : tileFeatures(vision);
