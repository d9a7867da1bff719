// Moments of distributions over vocabularies of several parts, against float64.

import { expect, test } from 'vitest';
import { headOf, headParts } from '#models/passes/head.js';
import type { ModelConfig } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import { GraphSession } from '#runtime/graph-session.js';
import { referenceDistribution } from '#testing/reference-distribution.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';

const [vocabSize, hiddenSize] = [9001, 16];
const llama: ModelConfig = {
  ...TINY_CONFIG,
  vocabSize,
  hiddenSize,
};
const gemma = { ...llama, modelType: 'gemma2', logitSoftCap: 30 } as ModelConfig;
const phi: ModelConfig = { ...llama, modelType: 'phi', tieWordEmbeddings: false };

const filled = (dims: readonly number[], scale: number) => ({
  dims,
  data: Float32Array.from(
    { length: dims.reduce((a, b) => a * b, 1) },
    (_, i) => 2 * scale * (((i + 1) * 0.7548776662466927 * ((i % 89) + 1)) % 1) - scale,
  ),
});
const weight = filled([vocabSize, hiddenSize], 1);
const bias = filled([vocabSize], 2);
const weights = new Map([
  ['model.embed_tokens.weight', weight],
  ['lm_head.weight', weight],
  ['lm_head.bias', bias],
]);

/** From nearly even to a single token's. */
const states = {
  dims: [4, hiddenSize],
  data: Float32Array.from({ length: 4 * hiddenSize }, (_, i) => {
    const row = Math.floor(i / hiddenSize);
    return (
      [1e-3, 0.3, 3, 12][row]! *
      weight.data[hiddenSize * (4400 * (row % 3) + 7) + (i % hiddenSize)]!
    );
  }),
};

function logitsOf(row: number, spec: { softCap?: number; bias: boolean }): number[] {
  return Array.from({ length: vocabSize }, (_, token) => {
    let z = spec.bias ? bias.data[token]! : 0;
    for (let i = 0; i < hiddenSize; i++)
      z += states.data[row * hiddenSize + i]! * weight.data[token * hiddenSize + i]!;
    return spec.softCap ? spec.softCap * Math.tanh(z / spec.softCap) : z;
  });
}

test.each([
  ['a plain head', llama, { bias: false }],
  ['a soft cap', gemma, { bias: false, softCap: 30 }],
  ['a bias', phi, { bias: true }],
])('%s', async (_name, config, spec) => {
  expect(headParts(config).length).toBe(3);
  const graph = new Graph();
  const h = graph.input('h', states.dims);
  const head = headOf(graph, config);
  for (const [name, value] of Object.entries(head.distribution(h))) graph.output(name, value);
  graph.output('alone', head.rowNormaliser(h));
  const targets = graph.constant(BigInt64Array.from([5000n, 0n, 9000n, 4112n]));
  const { normaliser, ...likeliest } = head.likeliest(h, targets, 20);
  graph.output('same', normaliser);
  for (const [name, value] of Object.entries(likeliest)) graph.output(name, value);
  const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, weights);
  const results = await session.run({ h: states }, {});
  await session.close();
  expect(results.get('alone')).toEqual(results.get('normaliser'));
  expect(results.get('same')).toEqual(results.get('normaliser'));
  for (let row = 0; row < 4; row++) {
    const expected = referenceDistribution(logitsOf(row, spec));
    const of = (name: string): number => Number(results.get(name)![row]);
    checkLikeliest(results, row, logitsOf(row, spec));
    expect(of('best')).toBe(expected.best);
    expect(of('normaliser')).toBeCloseTo(expected.normaliser, 4);
    expect(of('mean')).toBeCloseTo(expected.mean, 4);
    expect(Math.abs(of('variance') - expected.variance)).toBeLessThan(
      1e-4 * Math.max(0.05, expected.variance),
    );
  }
});

/** Of the 20 likeliest, by a sort of all. */
function checkLikeliest(
  results: ReadonlyMap<string, Float32Array>,
  row: number,
  logits: readonly number[],
): void {
  const found = (name: string): number[] => [
    ...results.get(name)!.subarray(20 * row, 20 * (row + 1)),
  ];
  const { normaliser } = referenceDistribution(logits);
  const sorted = logits.toSorted((a, b) => b - a).slice(0, 20);
  const ids = found('ids');
  expect(new Set(ids).size).toBe(20);
  expect(found('logProbs')).toEqual(found('logProbs').toSorted((a, b) => b - a));
  for (const [i, id] of ids.entries()) {
    expect(logits[id]).toBeCloseTo(sorted[i]!, 4);
    expect(found('logProbs')[i]).toBeCloseTo(sorted[i]! - normaliser, 3);
  }
  const target = [5000, 0, 9000, 4112][row]!;
  const above = logits.filter((other) => other > logits[target]!).length;
  // Those within a rounding of it may be on either side; it is not above itself.
  const near = logits.filter((other) => Math.abs(other - logits[target]!) < 1e-4).length - 1;
  expect(Math.abs(results.get('above')![row]! - above)).toBeLessThanOrEqual(near);
}

test('of equal logits the smaller id comes first, in whatever part it is', async () => {
  const graph = new Graph();
  const h = graph.input('h', [1, hiddenSize]);
  const { ids, above } = headOf(graph, llama).likeliest(h, graph.ints([8000]), 20);
  graph.output('ids', ids);
  graph.output('above', above);
  const even = new Map([
    [
      'model.embed_tokens.weight',
      { dims: weight.dims, data: new Float32Array(weight.data.length) },
    ],
  ]);
  for (const token of [8999, 4500, 4499, 12])
    even
      .get('model.embed_tokens.weight')!
      .data.fill(1, token * hiddenSize, (token + 1) * hiddenSize);
  const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, even);
  const state = { dims: [1, hiddenSize], data: new Float32Array(hiddenSize).fill(1) };
  const results = await session.run({ h: state }, {});
  await session.close();
  expect([...results.get('ids')!]).toEqual([
    12,
    4499,
    4500,
    8999,
    ...Array.from({ length: 17 }, (_, i) => i).filter((id) => id !== 12),
  ]);
  expect([...results.get('above')!]).toEqual([4]);
});
