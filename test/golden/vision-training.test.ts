// Gradients of towers and connectors against torch's: what a tower learns of labels, and a connector of
// the text's loss.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { TensorData, TileVision } from '#models/types.js';
import { connectorWidth, tileFeatures } from '#models/vision/connector.js';
import {
  rowsGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { connectorTensors } from '#models/vision/vision-tensors.js';
import { GraphSession } from '#runtime/graph-session.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import {
  buildTowerGraph,
  LABELS,
  LOSS,
  SHARES,
  towerGradient,
} from '#training/tower/tower-graph.js';
import { weightsOf } from './forward.js';
import { takePlainStep } from './plain-step.js';

const TOLERANCE = 1e-4;
const compute = { device: 'cpu', threads: 1 } as const;
const root = join(goldenRoot, 'vision-training');

const read = (file: string): Map<string, TensorData> => parseSafetensors(readFileSync(file), file);
const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

interface Told {
  readonly text: number;
  readonly tower: number;
  readonly labels: readonly (readonly number[])[];
}
const { models } = json<{ models: Readonly<Record<string, Told>> }>(join(root, 'expected.json'));
const expected = read(join(root, 'expected.safetensors'));

/** Those whose names begin so, without the beginning. */
const under = (prefix: string): Map<string, TensorData> =>
  new Map(
    [...expected]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );

interface Model {
  readonly checkpoint: Checkpoint;
  readonly vision: TileVision;
  /** Of both pictures, one after the other. */
  readonly tiles: readonly TensorData[];
  readonly row: readonly number[];
}

async function open(name: string): Promise<Model> {
  const path = join(goldenRoot, 'vision', name);
  const checkpoint = await openCheckpoint(path);
  const { vision } = checkpoint.config;
  if (!vision || vision.layout === 'grid') throw new RangeError(`${name} sees no tiles`);
  const tensors = read(join(path, 'expected.safetensors'));
  const { rows } = json<{ rows: { two: number[] } }>(join(path, 'expected.json'));
  const tiles = [0, 1].map((i) => required(tensors, `pixels.${i}`));
  return { checkpoint, vision, tiles, row: rows.two };
}

const joined = (parts: readonly TensorData[]): TensorData => ({
  dims: [parts.reduce((sum, { dims }) => sum + item(dims, 0), 0), ...item(parts, 0).dims.slice(1)],
  data: Float32Array.from(parts.flatMap(({ data }) => [...data])),
});

describe.each(Object.entries(models))('%s', (name, told) => {
  test('the tower, by labels', async () => {
    const { checkpoint, vision, tiles } = await open(name);
    const pixels = joined(tiles);
    const count = item(pixels.dims, 0);
    const labels = item(told.labels, 0).length;
    const { graph, parameters } = buildTowerGraph(vision, labels);
    const heads = under(`${name}.labels.`);
    const weights = new Map<string, TensorData>();
    for (const { parts } of parameters)
      for (const { name: tensor, dims } of parts)
        weights.set(
          tensor,
          heads.get(tensor.replace('labels.', '')) ?? { dims, data: await checkpoint.read(tensor) },
        );
    const session = await GraphSession.create(graph, compute, weights);
    const results = await session.run(
      {
        [visionInputs.pixels]: pixels,
        [LABELS]: { dims: [count, labels], data: Float32Array.from(told.labels.flat()) },
        [SHARES]: { dims: [count], data: new Float32Array(count).fill(1 / count) },
      },
      visionSizes(vision, count),
    );
    await session.close();
    expect(results.get(LOSS)?.[0]).toBeCloseTo(told.tower, 5);
    const wanted = under(`${name}.tower.`);
    expect([...weights.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
    for (const [i, tensor] of [...weights.keys()].entries())
      expect(
        largestDifference(required(results, towerGradient(i)), required(wanted, tensor).data),
        tensor,
      ).toBeLessThanOrEqual(TOLERANCE);
  });

  test('the connector with the text, by what the tower gives', async () => {
    const { checkpoint, vision, tiles, row } = await open(name);
    const { config } = checkpoint;
    const connector = connectorTensors(config);
    const weights = new Map([
      ...(await weightsOf(checkpoint)),
      ...[...(await readVisionWeights(checkpoint))].filter(([tensor]) => connector.has(tensor)),
    ]);
    const example: EncodedExample = {
      ids: [...row],
      labelStart: row.lastIndexOf(vision.imageToken) + 1,
      imageToken: vision.imageToken,
      features: await Promise.all(tiles.map((pixels) => rowsOf(vision, checkpoint, pixels))),
    };
    const { step, loss } = await takePlainStep({
      config,
      maxLength: 128,
      rows: [example],
      weights,
      trained: weights,
      whole: [...weights.keys()],
      seeing: 'rows',
    });
    expect(loss).toBeCloseTo(told.text, 4);
    const found = step.gradientsOf('all');
    const wanted = under(`${name}.text.`);
    for (const tensor of connector.keys()) expect(wanted.has(tensor), tensor).toBe(true);
    for (const [tensor, { data }] of wanted)
      expect(largestDifference(required(found, tensor).data, data), tensor).toBeLessThanOrEqual(
        TOLERANCE,
      );
  });
});

/** What the connector reads of a picture. */
async function rowsOf(
  vision: TileVision,
  checkpoint: Checkpoint,
  pixels: TensorData,
): Promise<TensorData> {
  const count = item(pixels.dims, 0);
  const session = await GraphSession.create(
    rowsGraph(vision),
    compute,
    await readVisionWeights(checkpoint),
  );
  const results = await session.run({ [visionInputs.pixels]: pixels }, visionSizes(vision, count));
  await session.close();
  const dims = [count * tileFeatures(vision), connectorWidth(vision)];
  return { dims, data: required(results, visionOutputs.rows) };
}
