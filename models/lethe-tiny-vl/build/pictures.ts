// Scenes as the tower sees them: drawn, and prepared as the model's own processor prepares a picture.

import { prepareImage } from '#images/preparing/prepare-image.js';
import type { ImageProcessor } from '#images/processors/image-processor.js';
import { drawScene } from '../scenes/draw-scene.js';
import { contextNames, objectNames } from '../scenes/objects.js';
import type { Scene } from '../scenes/scene.js';

/** What a picture may be told to have: objects, then places. */
export const labelNames: readonly string[] = [...objectNames, ...contextNames];

/** [3, side, side] */
export const pixelsOf = (scene: Scene, processor: ImageProcessor): Float32Array =>
  prepareImage(drawScene(scene), processor).pixels.data;

export const labelsOf = ({ context, objects }: Scene): number[] =>
  [...objects, context].map((name) => labelNames.indexOf(name));
