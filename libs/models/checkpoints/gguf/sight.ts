// A projector beside a text file: whether both go together, and what they are as one model.

import { first } from '#collections/items.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import { matrixSizes } from '../../tensors/matrix.js';
import { GgufFile } from './file.js';
import { readGgufHeader } from './header.js';
import { projectorOf, projectorType } from './projectors.js';
import { type Located, locateTensors } from './tensors.js';

export interface Sight {
  /** config.json of the whole model. */
  readonly config: Record<string, unknown>;
  /** preprocessor_config.json of one that has none. */
  readonly processor: Record<string, unknown>;
  readonly tensors: ReadonlyMap<string, Located>;
}

/**
 * @param textConfig the text's part of config.json
 * @throws CheckpointError where the file is of another family or size than the text, naming both
 */
export async function openSight(
  path: string,
  text: GgufFile,
  textConfig: Readonly<Record<string, unknown>>,
): Promise<Sight> {
  const file = new GgufFile(path, await readGgufHeader(path));
  const projector = projectorOf(file);
  const { texts, tokens, last } = projector;
  if (!texts.includes(text.architecture))
    throw new CheckpointError(
      `${path}: a projector of type ${projectorType(file)} goes with a text of ${texts.join(', ')}, found ${told(text.architecture)} in ${text.path}`,
    );
  const [features, hidden] = [
    matrixSizes(file.tensor(last).dims)[0],
    text.number('embedding_length'),
  ];
  if (features !== hidden)
    throw new CheckpointError(
      `${path}: makes features of ${features} numbers, and the text ${text.path} takes ${hidden}: expected files that were made of one model`,
    );
  const ids = tokens.map((token) => tokenId(text, token, projectorType(file)));
  const blocks = file.number('vision.block_count');
  // What a file claims is counted over before its tensors are seen.
  const most = file.tensorNames().length;
  if (!(blocks <= most))
    throw new CheckpointError(
      `${path}: metadata clip.vision.block_count: expected at most ${most}, the number of tensors, found ${blocks}`,
    );
  const tensors = locateTensors(file, projector, blocks);
  return {
    config: projector.config(file, { file: text, config: textConfig, placeholder: first(ids) }),
    processor: projector.processor(file),
    tensors,
  };
}

/** @throws CheckpointError where the text has no such token */
function tokenId(text: GgufFile, token: string, type: string | undefined): number {
  const id = text.tokenId(token);
  if (id !== undefined) return id;
  throw new CheckpointError(
    `${text.path}: tokenizer.ggml.tokens: expected ${token}, by which a projector of type ${type} is shown pictures, found none`,
  );
}
