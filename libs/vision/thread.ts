// Holds a model's vision tower on a thread of its own: reading a picture and looking at it takes from
// tenths of a second to many, in which the text's thread goes on.

import { setImmediate } from 'node:timers/promises';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { prepareImage } from '#images/preparing/prepare-image.js';
import type { ImageProcessor } from '#images/processors/image-processor.js';
import { readProcessor } from '#images/processors/read-processor.js';
import { readImage } from '#images/read-image.js';
import { imageLimits, type PreparedImage } from '#images/types.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readVerified } from '#models/checkpoints/sums/read-verified.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { CheckpointError } from '#models/errors/checkpoint.error.js';
import type { VisionConfig } from '#models/types.js';
import { arrangeFeatures } from '#models/vision/arrange-features.js';
import { tileFeatures } from '#models/vision/connector.js';
import { imageFeatures, imageTokens } from '#models/vision/image-tokens.js';
import {
  visionGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { GraphSession } from '#runtime/graph-session.js';
import { type Served, serve } from '#thread/serve.js';
import { ImageRoomError } from './errors/image-room.error.js';
import type { RawImage, VisionProtocol } from './protocol.js';

async function open({
  modelPath,
  compute,
}: VisionProtocol['start']): Promise<Served<VisionProtocol>> {
  const processor = await readProcessor(modelPath);
  const { vision, weights } = await readVerified(modelPath, async () => {
    const checkpoint = await openCheckpoint(modelPath);
    return { vision: checkpoint.config.vision, weights: await readVisionWeights(checkpoint) };
  });
  if (!vision) throw new CheckpointError(`${modelPath} has no vision tower`);
  const session = await GraphSession.create(visionGraph(vision), compute, weights);
  return {
    calls: {
      async look({ image, room }, { signal }) {
        const prepared = await prepare(image, processor);
        const { layout } = prepared;
        const count = imageFeatures(vision, layout);
        if (count > room) throw new ImageRoomError(count, room);
        const tiles = await features({ session, vision, prepared, signal });
        const data = shared(arrangeFeatures(vision, layout, tiles, weights));
        return {
          pieces: imageTokens(vision, layout),
          features: { dims: [count, vision.featureSize], data },
        };
      },
    },
    close: () => session.close(),
  };
}

async function prepare(image: RawImage, processor: ImageProcessor): Promise<PreparedImage> {
  const { bytes, type, isWhole } = image;
  const read = await readImage(bytes, imageLimits, type);
  const cuts = processor.kind === 'tiles' && isWhole;
  return prepareImage(read, cuts ? { ...processor, splits: false } : processor);
}

interface Looking {
  readonly session: GraphSession;
  readonly vision: VisionConfig;
  readonly prepared: PreparedImage;
  readonly signal: AbortSignal;
}

/** Spares the copy to the text's thread. */
function shared(found: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(found.byteLength));
  copy.set(found);
  return copy;
}

/** Tile by tile: attention within one takes memory by the square, and between two a cancel is heard. */
async function features(looking: Looking): Promise<Float32Array> {
  const { session, vision, prepared, signal } = looking;
  const { data } = prepared.pixels;
  const tile = tileDims(vision, prepared);
  const size = tile.reduce((product, dim) => product * dim, 1);
  const tiles = data.length / size;
  const all = new Float32Array(tiles * tileFeatures(vision) * vision.featureSize);
  let filled = 0;
  for (let from = 0; from < data.length; from += size) {
    await setImmediate();
    signal.throwIfAborted();
    const pixels = { dims: [1, ...tile], data: data.slice(from, from + size) };
    const found = await session.run({ [visionInputs.pixels]: pixels }, visionSizes(vision, 1));
    const part = required(found, visionOutputs.features);
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}

/** @throws CheckpointError for pictures of a size that the tower does not take */
function tileDims({ tower }: VisionConfig, { pixels }: PreparedImage): readonly number[] {
  const tile = pixels.dims.slice(1);
  const [height, width] = [item(tile, 1), item(tile, 2)];
  if (height !== tower.imageSize || width !== tower.imageSize)
    throw new CheckpointError(
      `the model's processor makes pictures of ${width} x ${height} pixels, and its tower takes ${tower.imageSize} x ${tower.imageSize}`,
    );
  return tile;
}

await serve<VisionProtocol>(open);
