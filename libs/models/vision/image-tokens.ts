// Which tokens stand for a picture in a prompt, and how many of them are placeholders: as the
// processors of transformers write them.

import type { ImageLayout } from '#contracts/image-layout.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { VisionConfig } from '../types.js';
import { anyresFeatures } from './arrange-features.js';
import { tileFeatures } from './connector.js';
import { featureGrid } from './grid-inputs.js';

/** Text, special tokens among it, or so many of the placeholder (`imageToken`). */
export type ImagePiece = { readonly text: string } | { readonly placeholders: number };

type Tiles = Extract<ImageLayout, { kind: 'tiles' }>;

const FAKE = '<fake_token_around_image>';
const WHOLE = '<global-img>';

/**
 * In the order of the prompt.
 * @throws CheckpointError for a layout that this model's pictures do not have.
 */
export function imageTokens(vision: VisionConfig, layout: ImageLayout): ImagePiece[] {
  if (vision.layout === 'grid' && layout.kind === 'grid') {
    const [rows, columns] = featureGrid(vision, layout);
    return [{ placeholders: rows * columns }];
  }
  if (vision.layout === 'grid' || layout.kind === 'grid' || layout.kind !== vision.layout)
    throw new CheckpointError(
      `pictures of a ${vision.modelType} model have the layout "${vision.layout}", found "${layout.kind}": does preprocessor_config.json belong to this model?`,
    );
  if (layout.kind === 'anyres') return [{ placeholders: anyresFeatures(vision, layout) }];
  const placeholders = tileFeatures(vision);
  return layout.kind === 'tiles' ? tiled(layout, placeholders) : [{ placeholders }];
}

/** Each tile by its row and column, counted from 1, and the whole behind them. */
function tiled({ rows, columns }: Tiles, placeholders: number): ImagePiece[] {
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
