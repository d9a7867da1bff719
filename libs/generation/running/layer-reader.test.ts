import { afterAll, beforeAll, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { quantizeBlocks, type ServedWeight, widenedBlocks } from '#models/tensors/block-tensor.js';
import { Random } from '#runtime/random.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import type { Measure, Question } from '../decoding/early-layers.js';
import { LayerReader } from './layer-reader.js';

const config = { ...TINY_CONFIG, vocabSize: 9001, numHiddenLayers: 6 };
const random = new Random(5);
const statesOf = (): Float32Array =>
  Float32Array.from({ length: 7 * config.hiddenSize }, () => random.normal());
const [one, other] = [statesOf(), statesOf()];

let reader: LayerReader;
beforeAll(() => {
  const weights = tinyWeights(config);
  reader = new LayerReader({ config, weights, compute: { device: 'cpu', threads: 1 } });
});
afterAll(() => reader.close());

const read = async (states: Float32Array, question: Question) =>
  item(await reader.read([{ states, question }]), 0);

test('two parts of the vocabulary have the sum of the whole, one layer asked or all', async () => {
  const layers = [1, 2, 3, 4, 5];
  const parts = await read(one, { measure: 'first', layers });
  const wholes = await read(one, { measure: 'normaliser', layers });
  for (const layer of layers) {
    const [[part], [rest], [whole]] = [
      item(parts, layer - 1),
      item(await read(one, { measure: 'rest', layers: [layer] }), 0),
      item(wholes, layer - 1),
    ] as unknown as [number[], number[], number[]];
    const sum = Math.log(Math.exp(part!) + Math.exp(rest!));
    expect(Math.abs(sum / whole! - 1)).toBeLessThan(1e-6);
  }
});

test('of a head in blocks it is the same, next to the numbers of the widened head', async () => {
  const weights = tinyWeights(config);
  const name = 'model.embed_tokens.weight';
  const head = quantizeBlocks(weights.get(name)!, { bits: 8, transposed: false });
  const compute = { device: 'cpu', threads: 1 } as const;
  const readers = [head, widenedBlocks(head)].map(
    (own) =>
      new LayerReader({
        config,
        weights: new Map<string, ServedWeight>(weights).set(name, own),
        compute,
      }),
  );
  const layers = [2, 5];
  const sumsOf = async (measure: Measure) => {
    const asked = readers.map((own) => own.read([{ states: one, question: { measure, layers } }]));
    return (await Promise.all(asked)).map((told) => item(told, 0).map((row) => item(row, 0)));
  };
  const [parts, rests, wholes] = [
    await sumsOf('first'),
    await sumsOf('rest'),
    await sumsOf('normaliser'),
  ];
  for (const [at, whole] of wholes.entries())
    for (const [layer, sum] of whole.entries()) {
      const joined = Math.log(Math.exp(parts[at]![layer]!) + Math.exp(rests[at]![layer]!));
      // Of the first part the states are not rounded to 8 bits.
      expect(Math.abs(joined - sum)).toBeLessThan(5e-3);
      expect(Math.abs(sum - wholes[1]![layer]!)).toBeLessThan(5e-3);
    }
  expect(parts[0]).toEqual(parts[1]);
  for (const own of readers) await own.close();
});

test('questions of many rows have the answers of each alone', async () => {
  const questions: Question[] = [
    { measure: 'logits', layers: [2, 3], ids: [1, 8000, 17] },
    { measure: 'logits', layers: [5], ids: [6] },
    { measure: 'logits', layers: [1, 2, 3, 4], ids: [9, 8] },
    ...(
      ['first', 'rest', 'normaliser', 'divergence', 'evolution', 'vocabulary'] as Measure[]
    ).flatMap((measure) => [
      { measure, layers: [3] },
      { measure, layers: [1, 2, 6] },
    ]),
  ];
  const asked = questions.map((question, i) => ({ states: i % 2 ? one : other, question }));
  const together = await reader.read(asked);
  for (const [i, { states, question }] of asked.entries()) {
    const alone = await read(states, question);
    expect(item(together, i)).toHaveLength(question.layers.length);
    for (const [layer, row] of item(together, i).entries())
      for (const [j, value] of row.entries())
        expect(
          Math.abs(value - item(item(alone, layer), j)) / Math.max(1, Math.abs(value)),
        ).toBeLessThan(1e-5);
  }
});
