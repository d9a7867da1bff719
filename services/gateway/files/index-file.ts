// A data set is parsed once, when it comes: its examples lie beside the file from then on.

import { DatasetError, parseExamples } from '#contracts/dataset/dataset.js';
import { rowCount, type Stretch } from '#contracts/stretches.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import { putExampleSet } from '#platform/artifacts/example-set.js';
import { writeStretches } from '#platform/artifacts/stretches.js';
import { ApiError } from '../http/api.error.js';
import type { SetPictures } from './pictures/set-pictures.js';

/**
 * @param pictures that its rows may show. Absent: none.
 * @throws ApiError 400 with the line of the first row that does not fit
 */
export async function indexFile(
  space: ArtifactSpace,
  hash: Hash,
  pictures?: SetPictures,
): Promise<{ rows: number; examples: Hash }> {
  const stretches: Stretch[] = [];
  try {
    const open = pictures && pictures.open.bind(pictures);
    const examples = parseExamples(await space.getStream(hash), open);
    for await (const stretch of writeStretches(space, examples)) stretches.push(stretch);
  } catch (error) {
    throw error instanceof DatasetError ? invalidFile(error) : error;
  }
  const rows = rowCount(stretches);
  if (rows === 0)
    throw ApiError.invalid("'file' is a file without a single row.", 'file', 'empty_file');
  return { rows, examples: await putExampleSet(space, stretches) };
}

const invalidFile = ({ message }: DatasetError): ApiError =>
  ApiError.invalid(`The file is not a valid data set: ${message}.`, 'file', 'invalid_file_format');
