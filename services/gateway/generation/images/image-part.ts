// Parts of a user's message that show a picture, as chat completions and responses write them.

import { z } from 'zod';

const SOURCE =
  'must be a data URL of a PNG, JPEG or WebP (data:image/png;base64,...), or the id of a file of purpose vision';
const ADDRESS =
  'is an address, and nothing is fetched: send the picture as a data URL, or upload it and give the id of its file';
const INLINE = 'is not read: show a picture as image_url';

export const fileId = z.string().regex(/^file-\w{1,64}$/, 'must be the id of a file');

const isAddress = (text: string): boolean => /^\s*[a-z][a-z0-9+.-]{0,20}:\/\//i.test(text);
const isKnown = (text: string): boolean =>
  text.startsWith('data:') || fileId.safeParse(text).success;

const source = z
  .string(SOURCE)
  .refine((text) => !isAddress(text), ADDRESS)
  .refine((text) => isAddress(text) || isKnown(text), SOURCE);

const detail = z.enum(['auto', 'low', 'high'], 'must be auto, low or high').nullish();

/** Of chat completions. */
export const imageUrlPart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: source, detail }, 'must have the url of a picture'),
});

export const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject(
    {
      file_id: fileId,
      filename: z.null(INLINE).optional(),
      file_data: z.null(INLINE).optional(),
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
