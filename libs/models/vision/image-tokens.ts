// Which tokens stand for a picture in a prompt, and how many of them are placeholders: as the
// processors of transformers write them.

import type { ImageLayout } from '#contracts/image-layout.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { VisionConfig } from '../types.js';
import { tileFeatures } from './connector.js';

/** Text, special tokens among it, or so many of the placeholder (`imageToken`). */
export type ImagePiece = { readonly text: string } | { readonly placeholders: number };

const FAKE = '<fake_token_around_image>';
const WHOLE = '<global-img>';

/**
 * In the order of the prompt.
 * @throws CheckpointError for a layout that this model's pictures do not have.
 */
export function imageTokens(vision: VisionConfig, layout: ImageLayout): ImagePiece[] {
  const placeholders = tileFeatures(vision);
  if (vision.connector.kind === 'mlp') {
    if (layout.kind === 'single') return [{ placeholders }];
    throw unfit(vision, layout, 'single');
  }
  if (layout.kind !== 'tiles') throw unfit(vision, layout, 'tiles');
  const { rows, columns } = layout;
  const pieces: ImagePiece[] = [];
  let before = '';
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      pieces.push({ text: `${before}${FAKE}<row_${row}_col_${column}>` }, { placeholders });
      before = '';
    }
    before = '\n';
  }
  const blank = rows > 0 ? '\n' : '';
  pieces.push({ text: `${before}${blank}${FAKE}${WHOLE}` }, { placeholders }, { text: FAKE });
  return pieces;
}

/** Features of a picture: as many as there are placeholders. */
export const imageFeatures = (vision: VisionConfig, layout: ImageLayout): number =>
  imageTokens(vision, layout).reduce(
    (sum, piece) => sum + ('placeholders' in piece ? piece.placeholders : 0),
    0,
  );

const unfit = ({ modelType }: VisionConfig, { kind }: ImageLayout, expected: string) =>
  new CheckpointError(
    `pictures of a ${modelType} model have the layout "${expected}", found "${kind}": does preprocessor_config.json belong to this model?`,
  );
