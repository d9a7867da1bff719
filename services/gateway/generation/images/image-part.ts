// Parts of a user's message that show a picture, as chat completions and responses write them.

import { z } from 'zod';
import {
  EXPECTED_SOURCE,
  pictureFileId as fileId,
  sourceProblem,
} from '#contracts/picture-source.js';

const INLINE = 'is not read: show a picture as image_url';

const source = z.string(EXPECTED_SOURCE).check(({ value, issues }) => {
  const message = sourceProblem(value);
  if (message) issues.push({ code: 'custom', message, input: value });
});

/** OpenAI's `original` is as many pixels as there are: what `high` is here. */
const detail = z
  .enum(['auto', 'low', 'high', 'original'], 'must be auto, low, high or original')
  .transform((given) => (given === 'original' ? 'high' : given))
  .nullish();

const SHOWN = 'must be an object that has the url of a picture';

/** Of chat completions. */
export const imageUrlPart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: source, detail }, SHOWN),
});

export const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject(
    {
      file_data: z.null(INLINE).optional(),
      filename: z.null(INLINE).optional(),
      file_id: fileId,
    },
    'must have a file_id',
  ),
});

/** Of responses. */
export const inputImagePart = z
  .strictObject({
    type: z.literal('input_image'),
    image_url: source.nullish(),
    file_id: fileId.nullish(),
    detail,
  })
  .refine(({ image_url: url, file_id: id }) => isAbsent(url) !== isAbsent(id), {
    path: ['image_url'],
    message: 'must be there, or file_id, and not both',
  });

const isAbsent = (value: unknown): boolean => value === null || value === undefined;
