// How published models have their pictures prepared.

import type { ImageProcessor } from '../processors/image-processor.js';

const colours = { rescale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

/** CLIP's tower of 336 pixels, but for its colours. */
export const clip336 = {
  kind: 'single',
  filter: 'bicubic',
  size: { shortestEdge: 336 },
  crop: { width: 336, height: 336 },
  colours,
} satisfies ImageProcessor;

export const smolvlm = {
  kind: 'tiles',
  filter: 'lanczos',
  longestEdge: 2048,
  tile: 512,
  splits: true,
  colours,
} satisfies ImageProcessor;
