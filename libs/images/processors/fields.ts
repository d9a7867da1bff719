// Fields of preprocessor_config.json that several processors have.

import { z } from 'zod';
import { type FilterName } from '../resizing/filters.js';
import type { Colours, Sides, TargetSize, Triple } from './image-processor.js';

export const CLIP_MEAN: Triple = [0.48145466, 0.4578275, 0.40821073];
export const CLIP_STD: Triple = [0.26862954, 0.26130258, 0.27577711];
export const HALVES: Triple = [0.5, 0.5, 0.5];

/** PIL.Image.Resampling; 0, nearest, is none that a model here was trained with. */
const RESAMPLING: Readonly<Record<number, FilterName>> = {
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
  4: 'box',
  5: 'hamming',
};

/** No tower takes more: it is memory that a file asks for. */
export const side = z.number().int().min(1).max(8192);

/** Beyond this no number is left after rounding. */
const sample = z.number().min(-255).max(255);
const LEAST_DIVISOR = 1e-6;

const triple = z.union(
  [z.tuple([sample, sample, sample]), sample.transform((n): Triple => [n, n, n])],
  { error: 'expected three numbers from -255 to 255' },
);
const divisors = triple.refine((std) => std.every((value) => value >= LEAST_DIVISOR), {
  error: `expected three numbers of at least ${LEAST_DIVISOR}`,
});

/** What all have; `mean` and `std` where the file does not say. */
export const sharedFields = (mean: Triple, std: Triple) => ({
  do_resize: z
    .literal(true, { error: 'expected true: a tower takes pictures of one size' })
    .default(true),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .max(1)
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: triple.default([...mean]),
  image_std: divisors.default([...std]),
});

export const resample = (byDefault: number) =>
  z
    .number()
    .default(byDefault)
    .transform((number, context): FilterName => {
      const filter = RESAMPLING[number];
      if (filter) return filter;
      context.addIssue(
        'expected one of 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming)',
      );
      return z.NEVER;
    });

const sides = z.strictObject({ height: side, width: side }).transform((size): Sides => size);

export const targetSize = z.union(
  [
    sides,
    z
      .strictObject({ shortest_edge: side })
      .transform(({ shortest_edge: shortestEdge }): TargetSize => ({ shortestEdge })),
    side.transform((shortestEdge): TargetSize => ({ shortestEdge })),
  ],
  { error: 'expected height and width, or shortest_edge, from 1 to 8192' },
);

const cropSize = z.union(
  [sides, side.transform((size): Sides => ({ width: size, height: size }))],
  { error: 'expected height and width, from 1 to 8192' },
);

/** CLIP's, and those that began as it: resized, and cut to one size. */
export const clipFields = {
  ...sharedFields(CLIP_MEAN, CLIP_STD),
  resample: resample(3),
  size: targetSize.default({ shortestEdge: 224 }),
  do_center_crop: z
    .literal(true, { error: 'expected true: a tower takes pictures of one size' })
    .default(true),
  crop_size: cropSize.default({ width: 224, height: 224 }),
};

interface ColourFields {
  readonly do_rescale: boolean;
  readonly rescale_factor: number;
  readonly do_normalize: boolean;
  readonly image_mean: Triple;
  readonly image_std: Triple;
}

/** What is switched off changes no number. */
export const coloursOf = (fields: ColourFields): Colours => ({
  rescale: fields.do_rescale ? fields.rescale_factor : 1,
  mean: fields.do_normalize ? fields.image_mean : [0, 0, 0],
  std: fields.do_normalize ? fields.image_std : [1, 1, 1],
});
