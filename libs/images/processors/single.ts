// CLIP's, LLaVA's and SigLIP's processors: a picture of one size.

import { z } from 'zod';
import { clipFields, coloursOf, HALVES, resample, sharedFields, targetSize } from './fields.js';
import type { SingleProcessor } from './image-processor.js';

const paddedFields = {
  ...clipFields,
  do_pad: z.boolean().default(false),
  pad_size: z.never({ error: 'expected none' }).optional(),
};

/** `do_pad` of a single picture pads nothing. */
export const clip = z.object(paddedFields).transform((fields): SingleProcessor => ({
  kind: 'single',
  filter: fields.resample,
  size: fields.size,
  crop: fields.crop_size,
  colours: coloursOf(fields),
}));

/** Its `do_pad` makes the picture square, on the mean colour. */
export const llava = z.object(paddedFields).transform((fields): SingleProcessor => {
  const [r, g, b] = fields.image_mean.map((mean) => Math.trunc(mean * 255)) as [
    number,
    number,
    number,
  ];
  return {
    kind: 'single',
    filter: fields.resample,
    size: fields.size,
    crop: fields.crop_size,
    colours: coloursOf(fields),
    ...(fields.do_pad ? { ground: [r, g, b] } : {}),
  };
});

export const siglip = z
  .object({
    ...sharedFields(HALVES, HALVES),
    resample: resample(3),
    size: targetSize.default({ width: 224, height: 224 }),
    do_center_crop: z.literal(false, { error: 'expected false' }).default(false),
    pad_size: z.never({ error: 'expected none' }).optional(),
  })
  .transform((fields, context): SingleProcessor => {
    if (!('width' in fields.size)) {
      context.addIssue({
        code: 'custom',
        path: ['size'],
        message: 'expected height and width: a tower takes pictures of one size',
      });
      return z.NEVER;
    }
    return {
      kind: 'single',
      filter: fields.resample,
      size: fields.size,
      colours: coloursOf(fields),
    };
  });
