// Pictures as files become the features that transformers' processors and models make of them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { frozenProjections } from '#models/layers/linear.js';
import { projecting } from '#models/layers/pass.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import { tilesOf } from '#models/vision/before-feeds.js';
import { connected, connectorWidth } from '#models/vision/connector.js';
import { rowsAbove, visionInputs, visionSizes } from '#models/vision/vision-graph.js';
import { Graph } from '#onnx/graph.js';
import { GraphSession } from '#runtime/graph-session.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { Vision } from './vision.js';

const TOLERANCE = 1e-4;

const names = ['llava', 'llava-next', 'qwen2-vl', 'qwen2-5-vl', 'smolvlm'];

test.each(names)('%s', async (name) => {
  const modelPath = join(goldenRoot, 'vision', name);
  const file = join(modelPath, 'seen.safetensors');
  const expected = parseSafetensors(readFileSync(file), file);
  const vision = new Vision({
    modelPath,
    device: 'cpu',
    threads: 1,
    cacheBytes: 2 ** 20,
    maxWaiting: 1,
  });
  try {
    for (const picture of ['one.png', 'two.png']) {
      const bytes = readFileSync(join(goldenRoot, 'vision-chat', picture));
      const shown = {
        hash: createHash('sha256').update(bytes).digest('hex'),
        isWhole: false,
        read: () => Promise.resolve({ bytes, type: 'image/png' }),
      };
      const asked = { owner: 'a', room: 100, signal: new AbortController().signal };
      const { pieces, features } = await vision.look(shown, asked);
      const { dims, data } = required(expected, picture);
      expect(features.dims).toEqual(dims);
      expect(largestDifference(features.data, data), picture).toBeLessThanOrEqual(TOLERANCE);
      const placeholders = pieces.map((piece) =>
        'placeholders' in piece ? piece.placeholders : 0,
      );
      expect(placeholders.reduce((sum, count) => sum + count)).toBe(dims[0]);
      const { grid } = features;
      expect(grid && grid[0] * grid[1]).toBe(name.startsWith('qwen') ? dims[0] : undefined);
    }
  } finally {
    await vision.close();
  }
});

test.each(names)(
  '%s: what a connector in training reads becomes the same features',
  async (name) => {
    const modelPath = join(goldenRoot, 'vision', name);
    const { config, weights } = await openCheckpoint(modelPath).then(async (checkpoint) => ({
      config: checkpoint.config,
      weights: await readVisionWeights(checkpoint),
    }));
    const eyes = { modelPath, device: 'cpu', threads: 1, cacheBytes: 0, maxWaiting: 1 } as const;
    const vision = new Vision({ ...eyes, making: 'rows' });
    const graph = new Graph();
    const { vision: how, hiddenSize } = config;
    if (!how) throw new RangeError(`${name} sees nothing`);
    const read = graph.input('rows', ['count', connectorWidth(how)]);
    graph.output('features', connected(projecting(graph, frozenProjections(graph)), how, read));
    const compute = { device: 'cpu', threads: 1 } as const;
    const session = await GraphSession.create(graph, compute, weights);
    try {
      const bytes = readFileSync(join(goldenRoot, 'vision-chat', 'one.png'));
      const shown = { hash: 'one', isWhole: false, read: () => Promise.resolve({ bytes }) };
      const asked = { owner: 'a', room: 100, signal: new AbortController().signal };
      const { newlines, ...rows } = (await vision.look(shown, asked)).features;
      const count = rows.dims[0] ?? 0;
      const features = required(await session.run({ rows }, { count }), 'features');
      const newline = weights.get('image_newline')?.data ?? new Float32Array();
      for (const [row, isEnd] of (newlines ?? []).entries())
        if (isEnd === 1) features.set(newline, row * hiddenSize);
      expect(newlines?.includes(1)).toBe(name === 'llava-next' ? true : undefined);
      const file = join(modelPath, 'seen.safetensors');
      const { data } = required(parseSafetensors(readFileSync(file), file), 'one.png');
      expect(largestDifference(features, data)).toBeLessThanOrEqual(TOLERANCE);
    } finally {
      await session.close();
      await vision.close();
    }
  },
);

test.each(names.filter((name) => !name.startsWith('qwen')))(
  '%s: what comes into a block in training becomes the same features',
  async (name) => {
    const modelPath = join(goldenRoot, 'vision', name);
    const { config, weights } = await openCheckpoint(modelPath).then(async (checkpoint) => ({
      config: checkpoint.config,
      weights: await readVisionWeights(checkpoint),
    }));
    const { vision: how, hiddenSize } = config;
    if (!how || how.layout === 'grid') throw new RangeError(`${name} sees no tiles`);
    const eyes = { modelPath, device: 'cpu', threads: 1, cacheBytes: 0, maxWaiting: 1 } as const;
    const making = { block: 1 };
    const vision = new Vision({ ...eyes, making });
    const graph = new Graph();
    const project = frozenProjections(graph);
    const { rows } = rowsAbove(graph, project, how, making);
    graph.output('features', connected(projecting(graph, project), how, rows));
    const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, weights);
    try {
      const bytes = readFileSync(join(goldenRoot, 'vision-chat', 'one.png'));
      const shown = { hash: 'one', isWhole: false, read: () => Promise.resolve({ bytes }) };
      const asked = { owner: 'a', room: 100, signal: new AbortController().signal };
      const { features: before } = await vision.look(shown, asked);
      const { order = new Int32Array(), newlines, ...fed } = before;
      const sizes = visionSizes(how, tilesOf(how, [before]));
      const made = required(await session.run({ [visionInputs.before]: fed }, sizes), 'features');
      const newline = weights.get('image_newline')?.data ?? new Float32Array();
      const features = [...order].flatMap((row, place) => [
        ...(newlines?.[place] === 1
          ? newline
          : made.subarray(row * hiddenSize, (row + 1) * hiddenSize)),
      ]);
      const file = join(modelPath, 'seen.safetensors');
      const { data } = required(parseSafetensors(readFileSync(file), file), 'one.png');
      expect(largestDifference(features, data)).toBeLessThanOrEqual(TOLERANCE);
    } finally {
      await session.close();
      await vision.close();
    }
  },
);
