// What one tile takes in the towers of published shapes, beside the fastest matrix product here:
// npm run bench:towers

import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import type { TensorData, TileVision } from '#models/types.js';
import { layersRead, tileFeatures } from '#models/vision/connector.js';
import { gridOf, towerTokens } from '#models/vision/tower.js';
import { visionGraph, visionInputs, visionSizes } from '#models/vision/vision-graph.js';
import { visionTensors } from '#models/vision/vision-tensors.js';
import { GraphSession } from '#runtime/graph-session.js';
import { gemmPeak } from './gemm-peak.js';
import { randomNumbers } from './random-model.js';

const RUNS = 3;
const threads = Number(process.argv[2] ?? 1);

const shapes = {
  'LLaVA-1.5-7B: ViT-L/14, 336 pixels': { model_type: 'llava' },
  'SmolVLM-256M: SigLIP-B/16, 512 pixels': {
    model_type: 'smolvlm',
    scale_factor: 4,
    text_config: { hidden_size: 576, num_attention_heads: 9, num_key_value_heads: 3 },
    vision_config: {
      hidden_size: 768,
      num_attention_heads: 12,
      image_size: 512,
      patch_size: 16,
    },
  },
};

/** Of the matrix products of one tile: patches, linear layers, scores and mixing. */
function operations(vision: TileVision, tensors: ReadonlyMap<string, readonly number[]>): number {
  const { tower } = vision;
  const [patches, tokens, features] = [
    gridOf(tower) ** 2,
    towerTokens(tower),
    tileFeatures(vision),
  ];
  const rowsOf = (name: string): number => {
    if (name.includes('position_embedding')) return 0;
    if (name.includes('patch_embedding')) return patches;
    return name.startsWith('vision_tower.') ? tokens : features;
  };
  const products = [...tensors].reduce(
    (sum, [name, dims]) =>
      sum +
      (dims.length > 1 ? rowsOf(name) * dims.reduce((product, size) => product * size, 1) : 0),
    0,
  );
  return 2 * (products + 2 * layersRead(vision) * tokens ** 2 * tower.hiddenSize);
}

const peak = await gemmPeak(threads);
console.log(
  "| tower | parameters | features | GFLOP | s of processor time | GFLOP/s | of the product's peak |",
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const [name, shape] of Object.entries(shapes)) {
  const config = parseHfConfig(name, shape);
  const { vision } = config;
  if (!vision || vision.layout === 'grid') throw new TypeError(`${name} sees no tiles`);
  const tensors = visionTensors(config);
  const weights = new Map<string, TensorData>(
    [...tensors].map(([tensor, dims], i) => [tensor, { dims, data: randomNumbers(dims, i) }]),
  );
  const session = await GraphSession.create(
    visionGraph(vision),
    { device: 'cpu', threads },
    weights,
  );
  const { imageSize: side } = vision.tower;
  const dims = [1, 3, side, side];
  const feeds = { [visionInputs.pixels]: { dims, data: randomNumbers(dims, 1) } };
  const work = operations(vision, tensors) / 1e9;
  let [seconds, most] = [Infinity, 0];
  for (let run = 0; run < RUNS; run++) {
    // Each at its best: others may work on this machine.
    most = Math.max(most, (await peak.measure()).cpu);
    const before = process.cpuUsage();
    await session.run(feeds, visionSizes(vision, 1));
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6 / threads);
  }
  await session.close();
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  console.log(
    `| ${name} | ${(parameters / 1e6).toFixed(0)}M | ${tileFeatures(vision)} | ${work.toFixed(0)} | ${seconds.toFixed(1)} | ${(work / seconds).toFixed(0)} | ${((100 * work) / seconds / most).toFixed(0)}% |`,
  );
}
await peak.close();
