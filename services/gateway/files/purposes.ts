// Files by what they are for: a data set is parsed when it comes, a picture is told by its first bytes.

import { imageTypeOf, imageTypes } from '#contracts/image-type.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import type { Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { indexFile } from './index-file.js';
import type { SetPictures } from './pictures/set-pictures.js';
import { FINE_TUNE, VISION } from './purpose-names.js';
import { tooLarge } from './upload.js';

/** What is known of a file besides its bytes. */
interface Known {
  readonly purpose: string;
  readonly rows: number;
  readonly examples: Hash | null;
}

/**
 * @param pictures of the set, where it is one.
 * @throws ApiError 400 for a file that is not what it is said to be for, 413 for a large picture.
 */
export async function readPurpose(
  space: ArtifactSpace,
  { hash, bytes }: { readonly hash: Hash; readonly bytes: number },
  purpose: string,
  pictures: SetPictures,
  { MAX_IMAGE_BYTES }: Pick<Env, 'MAX_IMAGE_BYTES'>,
): Promise<Known> {
  if (purpose === FINE_TUNE) return { purpose, ...(await indexFile(space, hash, pictures)) };
  if (purpose !== VISION)
    throw ApiError.invalid(
      `'purpose' must be 'fine-tune' or 'vision', not '${purpose.slice(0, 40)}'.`,
      'purpose',
      'invalid_value',
    );
  if (bytes > MAX_IMAGE_BYTES) throw tooLarge(MAX_IMAGE_BYTES);
  if (!imageTypeOf(await space.get(hash)))
    throw ApiError.invalid(
      `The file is none of ${imageTypes.join(', ')}.`,
      'file',
      'invalid_file_format',
    );
  return { purpose, rows: 0, examples: null };
}
