// Holds a model's vision tower on a thread of its own: reading a picture and looking at it takes from
// tenths of a second to many, in which the text's thread goes on.

import { constants, getPriority, setPriority } from 'node:os';
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
import type { GridVision, PictureFeatures, TileVision, VisionConfig } from '#models/types.js';
import { arrangeFeatures, arrangeRows, orderOf } from '#models/vision/arrange-features.js';
import { tileFeatures } from '#models/vision/connector.js';
import { featureGrid, gridFeeds } from '#models/vision/grid-inputs.js';
import { patchNumbers } from '#models/vision/grid-tower.js';
import { imageFeatures, imageTokens } from '#models/vision/image-tokens.js';
import { type Making, madeWidth } from '#models/vision/making.js';
import { towerTokens } from '#models/vision/tower.js';
import { visionInputs, visionOutputs, visionSizes } from '#models/vision/vision-graph.js';
import { type Served, serve } from '#thread/serve.js';
import { ImageRoomError } from './errors/image-room.error.js';
import { EveryEyes, type Eyes } from './eyes.js';
import type { RawImage, VisionProtocol } from './protocol.js';

async function open({
  modelPath,
  making,
  compute,
  nice,
}: VisionProtocol['start']): Promise<Served<VisionProtocol>> {
  giveWay(nice);
  const { config, processor, weights } = await readVerified(modelPath, () => openEyes(modelPath));
  const { vision } = config;
  if (!vision) throw new CheckpointError(`${modelPath} has no vision tower`);
  const every = await EveryEyes.open({ ...config, vision }, making, compute, weights);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: no session is closed while it looks. */
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    calls: {
      look: ({ image, room, by }, { signal }) =>
        inTurn(async () => {
          const prepared = await prepare(image, processor);
          const { layout } = prepared;
          const count = imageFeatures(vision, layout);
          if (count > room) throw new ImageRoomError(count, room);
          const looking = { eyes: await every.of(by), making, prepared, signal };
          const features =
            vision.layout === 'grid'
              ? await ofPatches(looking, vision)
              : await ofTiles(looking, vision);
          return { pieces: imageTokens(vision, layout), features };
        }),
      drop: (id) =>
        inTurn(async () => {
          await every.drop(id);
          return undefined;
        }),
    },
    close: () => inTurn(() => every.close()),
  };
}

async function openEyes(modelPath: string) {
  const checkpoint = await openCheckpoint(modelPath);
  return {
    config: checkpoint.config,
    processor: await readProcessor(modelPath, checkpoint.imageProcessor),
    weights: await readVisionWeights(checkpoint),
  };
}

/** Of this thread and those that its session begins; other systems know processes alone. */
function giveWay(nice: number): void {
  const { PRIORITY_LOW } = constants.priority;
  if (process.platform === 'linux') setPriority(Math.min(PRIORITY_LOW, getPriority() + nice));
}

async function prepare(image: RawImage, processor: ImageProcessor): Promise<PreparedImage> {
  const { bytes, type, isWhole } = image;
  const read = await readImage(bytes, imageLimits, type);
  const cuts = processor.kind === 'tiles' && isWhole;
  return prepareImage(read, cuts ? { ...processor, splits: false } : processor);
}

interface Looking {
  readonly eyes: Eyes;
  readonly making: Making;
  readonly prepared: PreparedImage;
  readonly signal: AbortSignal;
}

/** Spares the copy to the text's thread. */
function shared(found: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(found.byteLength));
  copy.set(found);
  return copy;
}

/** The output that has what is made of a picture, and how many numbers each of it has. */
function madeOf(vision: VisionConfig, making: Making) {
  const { rows, features, stream } = visionOutputs;
  const output = making === 'features' ? features : making === 'rows' ? rows : stream(making.block);
  return { output, width: madeWidth({ hiddenSize: vision.featureSize, vision }, making) };
}

/** All patches in one pass: they see each other, and what that takes does not grow by the square. */
async function ofPatches(
  { eyes: { session }, making, prepared }: Looking,
  vision: GridVision,
): Promise<PictureFeatures> {
  const { pixels, layout } = prepared;
  if (layout.kind !== 'grid') throw new TypeError(`a picture of ${layout.kind} is no grid`);
  const [found, expected] = [pixels.dims[1], patchNumbers(vision.tower)];
  if (found !== expected)
    throw new CheckpointError(
      `the model's processor makes patches of ${found} numbers, and its tower takes ${expected}`,
    );
  const { feeds, sizes } = gridFeeds(vision.tower, layout);
  const seen = await session.run({ ...feeds, [visionInputs.pixels]: pixels }, sizes);
  const [rows, columns] = featureGrid(vision, layout);
  const { output, width } = madeOf(vision, making);
  return {
    dims: [rows * columns, width],
    data: shared(required(seen, output)),
    grid: [rows, columns],
  };
}

/** Tile by tile: attention within one takes memory by the square, and between two a cancel is heard. */
async function ofTiles(
  { eyes: { session, weights }, making, prepared, signal }: Looking,
  vision: TileVision,
): Promise<PictureFeatures> {
  const { data } = prepared.pixels;
  const tile = tileDims(vision, prepared);
  const size = tile.reduce((product, dim) => product * dim, 1);
  const tiles = data.length / size;
  const { output, width } = madeOf(vision, making);
  const isBefore = typeof making === 'object';
  const rows = isBefore ? towerTokens(vision.tower) : tileFeatures(vision);
  const all = new Float32Array(tiles * rows * width);
  let filled = 0;
  for (let from = 0; from < data.length; from += size) {
    await setImmediate();
    signal.throwIfAborted();
    const pixels = { dims: [1, ...tile], data: data.slice(from, from + size) };
    const found = await session.run({ [visionInputs.pixels]: pixels }, visionSizes(vision, 1));
    const part = required(found, output);
    all.set(part, filled);
    filled += part.length;
  }
  const { layout } = prepared;
  const { data: arranged, ...others } = isBefore
    ? { data: all, ...orderOf(vision, layout, tiles) }
    : making === 'rows'
      ? arrangeRows(vision, layout, all)
      : { data: arrangeFeatures(vision, layout, all, weights) };
  return { dims: [arranged.length / width, width], data: shared(arranged), ...others };
}

/** @throws CheckpointError for pictures of a size that the tower does not take */
function tileDims({ tower }: TileVision, { pixels }: PreparedImage): readonly number[] {
  const tile = pixels.dims.slice(1);
  const [height, width] = [item(tile, 1), item(tile, 2)];
  if (height !== tower.imageSize || width !== tower.imageSize)
    throw new CheckpointError(
      `the model's processor makes pictures of ${width} x ${height} pixels, and its tower takes ${tower.imageSize} x ${tower.imageSize}`,
    );
  return tile;
}

await serve<VisionProtocol>(open);
