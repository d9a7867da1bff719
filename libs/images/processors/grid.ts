// Qwen2-VL's processor: as many patches as the picture has room for.

import { z } from 'zod';
import { CLIP_MEAN, CLIP_STD, coloursOf, resample, sharedFields, side } from './fields.js';
import type { GridProcessor } from './image-processor.js';

/** Of a picture as it is passed on. */
const MOST_PIXELS = 8192 * 8192;
const pixels = z.number().int().min(1).max(MOST_PIXELS);

export const grid = z
  .object({
    ...sharedFields(CLIP_MEAN, CLIP_STD),
    resample: resample(3),
    /** Older files repeat min_pixels and max_pixels here, under these names. */
    size: z
      .looseObject({ shortest_edge: pixels.optional(), longest_edge: pixels.optional() })
      .default({}),
    min_pixels: pixels.optional(),
    max_pixels: pixels.optional(),
    patch_size: side.default(14),
    temporal_patch_size: side.max(16).default(2),
    merge_size: side.max(64).default(2),
  })
  .transform((fields, context): GridProcessor => {
    const minPixels = fields.min_pixels ?? fields.size.shortest_edge ?? 56 * 56;
    const maxPixels = fields.max_pixels ?? fields.size.longest_edge ?? 28 * 28 * 1280;
    const least = Math.max(minPixels, (fields.patch_size * fields.merge_size) ** 2);
    if (maxPixels < least) {
      context.addIssue({
        code: 'custom',
        path: fields.max_pixels === undefined ? ['size', 'longest_edge'] : ['max_pixels'],
        message: `expected at least ${least}`,
      });
      return z.NEVER;
    }
    return {
      kind: 'grid',
      filter: fields.resample,
      minPixels,
      maxPixels,
      patch: fields.patch_size,
      frames: fields.temporal_patch_size,
      merge: fields.merge_size,
      colours: coloursOf(fields),
    };
  });
