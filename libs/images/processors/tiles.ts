// Idefics3's and SmolVLM's processor: tiles of a large picture, and the whole as one more.

import { z } from 'zod';
import { coloursOf, HALVES, resample, sharedFields, side } from './fields.js';
import type { TilesProcessor } from './image-processor.js';

/** Smaller than any patch: pictures would come apart into millions. */
const LEAST_TILE = 8;

const longestEdge = (least: number) =>
  z.strictObject({ longest_edge: side.min(least) }, { error: 'expected longest_edge alone' });

/** `do_pad` of a single picture pads nothing: its tiles are of one size. */
export const tiles = z
  .object({
    ...sharedFields(HALVES, HALVES),
    resample: resample(1),
    size: longestEdge(1).default({ longest_edge: 4 * 364 }),
    max_image_size: longestEdge(LEAST_TILE).default({ longest_edge: 364 }),
    do_image_splitting: z.boolean().default(true),
  })
  .transform((fields): TilesProcessor => ({
    kind: 'tiles',
    filter: fields.resample,
    longestEdge: fields.size.longest_edge,
    tile: fields.max_image_size.longest_edge,
    splits: fields.do_image_splitting,
    colours: coloursOf(fields),
  }));
