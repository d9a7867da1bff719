// LLaVA-NeXT's processor: the whole, and tiles of it at the size among several that suits it best.

import { z } from 'zod';
import { clipFields, coloursOf, side } from './fields.js';
import type { AnyresProcessor } from './image-processor.js';

/** As published: height and width of each. */
const PINPOINTS: [number, number][] = [
  [336, 672],
  [672, 336],
  [672, 672],
  [1008, 336],
  [336, 1008],
];

export const anyres = z
  .object({
    ...clipFields,
    image_grid_pinpoints: z
      .array(z.tuple([side, side]))
      .min(1)
      .max(256)
      .default(PINPOINTS),
  })
  .transform((fields, context): AnyresProcessor => {
    const { height: tile } = fields.crop_size;
    const odd = fields.image_grid_pinpoints.findIndex(
      ([height, width]) => height % tile > 0 || width % tile > 0,
    );
    if (odd < 0)
      return {
        kind: 'anyres',
        filter: fields.resample,
        size: fields.size,
        crop: fields.crop_size,
        tile,
        resolutions: fields.image_grid_pinpoints.map(([height, width]) => ({ width, height })),
        colours: coloursOf(fields),
      };
    context.addIssue({
      code: 'custom',
      path: ['image_grid_pinpoints', odd],
      message: `expected multiples of crop_size, ${tile}`,
    });
    return z.NEVER;
  });
