// Files by what they are for: a data set is parsed when it comes, a picture decoded.

import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import type { Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { indexFile } from './index-file.js';
import type { ProblemOf } from './pictures/picture-check.js';
import type { SetPictures } from './pictures/set-pictures.js';
import { FINE_TUNE, VISION } from './purpose-names.js';
import { tooLarge } from './upload.js';

/** What is known of a file besides its bytes. */
interface Known {
  readonly purpose: string;
  readonly rows: number;
  readonly examples: Hash | null;
}

/** What looks at the file. */
export interface Looks {
  /** Those of the set, where it is one. */
  readonly pictures: SetPictures;
  /** Where it is a picture. */
  readonly problemOf: ProblemOf;
}

/** @throws ApiError 400 for a file that is not what it is said to be for, 413 for a large picture. */
export async function readPurpose(
  space: ArtifactSpace,
  { hash, bytes }: { readonly hash: Hash; readonly bytes: number },
  purpose: string,
  { pictures, problemOf }: Looks,
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
  const problem = await problemOf(() => space.get(hash));
  if (problem !== undefined)
    throw ApiError.invalid(`The file cannot be read: ${problem}.`, 'file', 'invalid_image');
  return { purpose, rows: 0, examples: null };
}
