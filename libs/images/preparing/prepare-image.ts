// Prepares a picture as the model's own processor does.

import type { ImageProcessor } from '../processors/image-processor.js';
import type { PreparedImage, RgbImage } from '../types.js';
import { prepareAnyres } from './anyres.js';
import { prepareGrid } from './grid.js';
import { prepareSingle } from './single.js';
import { prepareSplit } from './split.js';

/**
 * What transformers' PIL backend makes of a picture alone: `pixel_values`, equal in every bit.
 * @throws ImageError for a picture that is too long for the model.
 */
export function prepareImage(image: RgbImage, processor: ImageProcessor): PreparedImage {
  switch (processor.kind) {
    case 'single':
      return prepareSingle(image, processor);
    case 'tiles':
      return prepareSplit(image, processor);
    case 'anyres':
      return prepareAnyres(image, processor);
    case 'grid':
      return prepareGrid(image, processor);
  }
}
