// A vocabulary summed in parts is the vocabulary summed at once: values, gradients, and rows of
// weights in whatever form they are held.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HeadOptions, headOf, headParts } from '#models/passes/head.js';
import { quantizeHead } from '#models/passes/int8.js';
import { baseProducts } from '#models/passes/precision.js';
import { floatToBfloat } from '#models/tensors/float16.js';
import { bfloatsAsHalves, widened } from '#models/tensors/half-tensor.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { backward } from '#onnx/backward.js';
import { Graph, sizeOf } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { ConstantsFile } from '#runtime/constants-file.js';
import { type Feed, GraphSession } from '#runtime/graph-session.js';
import { tinyConfig } from '../testing/tiny-run.js';

const vocabSize = 9001;
const llama: ModelConfig = { ...tinyConfig, vocabSize };
const EMBEDDING = 'model.embed_tokens.weight';
const filled = (dims: readonly number[], scale: number) => ({
  dims,
  data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => scale * Math.sin(1.3 * i + 0.7)),
});
const hidden = filled([5, tinyConfig.hiddenSize], 2);

/** Normaliser of five hidden states, and the gradient of its weighted sum. */
async function results(
  config: ModelConfig,
  weights: ReadonlyMap<string, Feed>,
  options: (graph: Graph) => HeadOptions,
  file?: ConstantsFile,
): Promise<[Float32Array, Float32Array]> {
  const graph = new Graph();
  const h = graph.input('h', hidden.dims);
  const normaliser = headOf(graph, config, options(graph)).normaliser(h);
  graph.output('normaliser', normaliser);
  graph.output(
    'gradient',
    backward(
      graph,
      m.sum(
        graph,
        m.mul(graph, normaliser, graph.constant(Float32Array.of(1, -2, 0.5, 3, 1), [5, 1])),
      ),
      [h],
    )[0]!,
  );
  const session = await GraphSession.create(
    graph,
    { device: 'cpu', threads: 1 },
    weights,
    new Map(),
    file,
  );
  const found = await session.run({ h: hidden }, {});
  await session.close();
  return [found.get('normaliser')!, found.get('gradient')!];
}

function expectClose(found: Float32Array, expected: Float32Array, tolerance: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  expect(found.length).toBe(expected.length);
  found.forEach((x, i) => expect(Math.abs(x - expected[i]!) / scale).toBeLessThan(tolerance));
}

const halves = bfloatsAsHalves(
  [vocabSize, tinyConfig.hiddenSize],
  Uint16Array.from(filled([vocabSize * tinyConfig.hiddenSize], 1).data, floatToBfloat),
)!;
const plain = new Map<string, Feed>([[EMBEDDING, filled([vocabSize, tinyConfig.hiddenSize], 1)]]);
const phi: ModelConfig = { ...llama, modelType: 'phi', tieWordEmbeddings: false };
const withBias = new Map<string, Feed>([
  ['lm_head.weight', plain.get(EMBEDDING)!],
  ['lm_head.bias', filled([vocabSize], 3)],
]);
const gemma = { ...llama, modelType: 'gemma2', logitSoftCap: 2 } as ModelConfig;

test('the vocabulary has several parts', () => {
  const parts = headParts(llama);
  expect(parts.length).toBeGreaterThan(2);
  expect(
    parts.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
  ).toEqual(Array.from({ length: vocabSize }, (_, i) => i));
});

test.each([
  ['float32', llama, plain, plain],
  [
    '16 bits',
    llama,
    new Map<string, Feed>([[EMBEDDING, halves]]),
    new Map<string, Feed>([[EMBEDDING, widened(halves)]]),
  ],
  ['a bias', phi, withBias, withBias],
  ['a soft cap', gemma, plain, plain],
] as const)('with %s', async (_name, config, weights, whole) => {
  const [parts, once] = [
    await results(config, weights, () => ({})),
    await results(config, whole, () => ({ isTrained: true })),
  ];
  for (const [i, tolerance] of [1e-6, 1e-5].entries()) expectClose(parts[i]!, once[i]!, tolerance);
});

test('in 8 bits it is as near as 8 bits are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-head-'));
  const file = new ConstantsFile(join(folder, 'head'));
  const { values, scales } = quantizeHead(llama, plain.get(EMBEDDING) as TensorData);
  for (const [name, data] of values) file.add(name, data);
  file.close();
  const [parts, once] = [
    await results(
      llama,
      new Map([...plain, ...scales]),
      (graph) => baseProducts.int8(graph, llama),
      file,
    ),
    await results(llama, plain, () => ({ isTrained: true })),
  ];
  expectClose(parts[0], once[0], 0.01);
  expectClose(parts[1], once[1], 0.03);
  await rm(folder, { recursive: true });
});

test('in 8 bits one that is held in 16 has the same integers', () => {
  expect(quantizeHead(llama, halves)).toEqual(quantizeHead(llama, widened(halves)));
});

test('a head that is trained cannot be in parts', () => {
  const graph = new Graph();
  const weight = graph.input(EMBEDDING, [vocabSize, tinyConfig.hiddenSize]);
  const normaliser = headOf(graph, llama).normaliser(graph.input('h', hidden.dims));
  expect(() => backward(graph, m.sum(graph, normaliser), [weight])).toThrow('Slice');
});
