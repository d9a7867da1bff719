// One square picture: CLIP, LLaVA, SigLIP.

import type { SingleProcessor, Triple } from '../processors/image-processor.js';
import { placed } from '../resizing/crop.js';
import type { PreparedImage, RgbImage } from '../types.js';
import { fit } from './fit.js';
import { planes } from './planes.js';

export function prepareSingle(image: RgbImage, processor: SingleProcessor): PreparedImage {
  const { ground, colours } = processor;
  const fitted = fit(ground ? squared(image, ground) : image, processor);
  return {
    pixels: { dims: [1, 3, fitted.height, fitted.width], data: planes([fitted], colours) },
    layout: { kind: 'single' },
  };
}

/** In the middle of a square of one colour. */
function squared(image: RgbImage, colour: Triple): RgbImage {
  const { width, height } = image;
  if (width === height) return image;
  const side = Math.max(width, height);
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - height) / 2);
  return placed(image, { left, top, width, height }, { width: side, height: side }, colour);
}
