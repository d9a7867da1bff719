// Examples that show images: what is learned and forgotten of a picture, on one thread and by replicas.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { logSumExp } from '#generation/decoding/candidates.js';
import { GenerationEngine } from '#generation/generation.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { AdapterFiles, TensorData } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { byteTokenizer } from '#testing/tiny-model.js';
import { CheckpointMismatchError } from './errors/checkpoint-mismatch.error.js';
import { estimateRun } from './run/run-memory.js';
import { tinyOptions } from './testing/tiny-run.js';
import type { TrainOptions } from './training-options.js';
import { train } from './training.js';

const MODEL = resolve(import.meta.dirname, '../../../models/lethe-tiny');
const HIDDEN = 256;
const IMAGE = 9;
const FEATURES = 6;

function picture(seed: number): TensorData {
  const random = new Random('picture', seed);
  const data = Float32Array.from({ length: FEATURES * HIDDEN }, () => random.uniform() - 0.5);
  return { dims: [FEATURES, HIDDEN], data };
}

/** The same question about each picture. */
const PROMPT = [50, ...Array.from({ length: FEATURES }, () => IMAGE), 51, 52];
const example = (seed: number, answer: readonly number[]): EncodedExample => ({
  ids: [...PROMPT, ...answer],
  labelStart: PROMPT.length,
  imageToken: IMAGE,
  features: [picture(seed)],
});
const ANSWERS = [
  [60, 61, 1],
  [70, 71, 72, 1],
  [80, 1],
];
const seen = ANSWERS.map((answer, seed) => example(seed, answer));
const text = { ids: [50, 51, 52, 90, 91, 1], labelStart: 3 };

const { scratch: _scratch, ...tiny } = tinyOptions();
const learning = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  ...tiny,
  modelPath: MODEL,
  target: [...seen, text],
  retain: [],
  trainable: { type: 'lora', r: 8, alpha: 16, dropout: 0 },
  batchSize: 4,
  gradientAccumulation: 1,
  epochs: 40,
  ...changes,
});

/** How likely each picture's answer is, and the text's. */
async function likelihoods(adapter: AdapterFiles): Promise<number[]> {
  const engine = await GenerationEngine.load({ modelPath: MODEL, threads: 1, maxBatch: 1 });
  await engine.loadAdapter('trained', adapter);
  const items = [...seen, text].map(({ ids, labelStart, ...shown }) => ({
    ...shown,
    prompt: ids.slice(0, labelStart),
    completion: ids.slice(labelStart),
  }));
  const scores = await engine.score(items, { adapter: 'trained' });
  await engine.close();
  return scores.map(({ sum }) => sum);
}

test('one question about several pictures is learned, and what one shows is forgotten', async () => {
  const learned = await train(learning());
  const before = await likelihoods(learned.adapter!);
  // By the pictures alone: no answer is likely without the one that it is about.
  for (const sum of before) expect(sum).toBeGreaterThan(-0.5);
  const { adapter } = await train(
    learning({
      parentAdapter: learned.adapter!,
      objective: 'npo',
      retainTerms: ['gdr', 'klr'],
      // Each beside one that is to stay.
      target: [seen[0]!, seen[0]!, seen[0]!],
      retain: [...seen.slice(1), text],
      epochs: 30,
      batchSize: 3,
      learningRate: 3e-3,
    }),
  );
  const [forgotten, ...kept] = await likelihoods(adapter!);
  expect(forgotten).toBeLessThan(before[0]! - 5);
  for (const [i, sum] of kept.entries()) expect(sum).toBeGreaterThan(before[i + 1]! - 1);
});

test('replicas have the pictures, too, and passes may be without any: losses are the same', async () => {
  const losses = async (changes: Partial<TrainOptions>): Promise<number[]> => {
    const told: number[] = [];
    const target = [...seen, text, ...seen, text];
    const options = learning({ epochs: 3, target, batchSize: 8, ...changes });
    await train(options, { onProgress: ({ loss }) => told.push(loss) });
    return told;
  };
  const expected = await losses({ threads: 1 });
  expect(expected).toHaveLength(3);
  for (const changes of [{ threads: 2 }, { microBatchTokens: 8 }])
    for (const [i, loss] of (await losses(changes)).entries())
      // Sums are taken in another order, which Adam's first steps make larger: on some processors 1e-4.
      expect(loss).toBeCloseTo(expected[i]!, i === 0 ? 5 : 3);
});

test('a run goes on to the same bytes, and not with other pictures', async () => {
  const checkpoints: Uint8Array[] = [];
  const options = learning({ epochs: 4, checkpointSteps: 2 });
  const { adapter } = await train(options, {
    onCheckpoint: async ({ bytes }) => void checkpoints.push(bytes),
  });
  const [resumeFrom] = checkpoints;
  const resumed = await train(options, { resumeFrom: resumeFrom! });
  expect(resumed.adapter).toEqual(adapter);
  const target = [example(9, ANSWERS[0]!), ...seen.slice(1), text];
  await expect(train({ ...options, target }, { resumeFrom: resumeFrom! })).rejects.toThrow(
    CheckpointMismatchError,
  );
});

test('a picture counts once in the memory that a run needs, however many examples show it', async () => {
  const bytesOf = async (target: readonly EncodedExample[]): Promise<number> =>
    (await estimateRun(learning({ target, batchSize: 1 }))).total;
  const [shown] = seen as [EncodedExample];
  const once = await bytesOf([shown, { ...shown, ids: [...shown.ids] }]);
  const twice = await bytesOf([shown, { ...shown, features: [picture(0)] }]);
  expect(twice - once).toBe(2 * FEATURES * HIDDEN * 4);
});

describe('refuses', () => {
  const [shown] = seen as [EncodedExample];
  const wrong: [string, Partial<EncodedExample>, string][] = [
    [
      'fewer placeholders than features',
      { ids: [50, IMAGE, 51, 60], labelStart: 3 },
      'target row 1 has 1 tokens for images, expected 6: one for each feature',
    ],
    [
      'placeholders without features',
      { features: [] },
      'target row 1 has 6 tokens for images, expected 0: one for each feature',
    ],
    [
      'another width',
      { features: [{ dims: [6, 8], data: new Float32Array(48) }] },
      'target row 1 has features of the shape [6, 8], expected [n, 256]',
    ],
    [
      'what is not finite',
      { features: [{ dims: [6, 256], data: new Float32Array(6 * 256).fill(Infinity) }] },
      'target row 1 has features that are not finite',
    ],
  ];
  test.each(wrong)('%s', async (_, changes, message) => {
    const target = [{ ...shown, ...changes }];
    await expect(train(learning({ target }))).rejects.toMatchObject({ type: 'training', message });
  });
});

describe('a model that places pictures by rows and columns', () => {
  const folder = join(goldenRoot, 'vision', 'qwen2-vl');
  const temp = useTempFolder();
  // Examples are ids, but a checkpoint has a tokenizer.
  beforeAll(() => {
    for (const name of ['config.json', 'model.safetensors'])
      cpSync(join(folder, name), join(temp.path, name));
    const tokenizer = byteTokenizer([]) as { model: object };
    const model = { ...tokenizer.model, vocab: { '!': 0, '"': 1 } };
    writeFileSync(join(temp.path, 'tokenizer.json'), JSON.stringify({ ...tokenizer, model }));
    const config = JSON.stringify({ eos_token: '!' });
    writeFileSync(join(temp.path, 'tokenizer_config.json'), config);
  });
  const { rows } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    rows: { image: number[]; two: number[] };
  };
  const file = join(folder, 'expected.safetensors');
  const tensors = parseSafetensors(readFileSync(file), file);
  const features = [
    { ...required(tensors, 'features.0'), grid: [3, 5] as const },
    { ...required(tensors, 'features.1'), grid: [2, 3] as const },
  ];
  const LABELS = 4;
  const shown = (ids: number[], pictures: number): EncodedExample => ({
    ids,
    labelStart: ids.length - LABELS,
    imageToken: 95,
    features: features.slice(0, pictures),
  });
  /** Of transformers' logits. */
  const lossOf = (row: 'image' | 'two'): number => {
    const { data, dims } = required(tensors, `${row}.logits`);
    const vocabulary = item(dims, 1);
    const ids = rows[row];
    const losses = ids.slice(-LABELS).map((id, i) => {
      const at = (ids.length - LABELS - 1 + i) * vocabulary;
      const logits = data.subarray(at, at + vocabulary);
      return logSumExp(logits) - item(logits, id);
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / LABELS;
  };
  const placed = (target: EncodedExample[]): TrainOptions =>
    learning({ modelPath: temp.path, target, maxLength: 64, epochs: 1, batchSize: target.length });

  test.each([1, 2])(
    "reads them as transformers does: losses, by %d threads' replicas",
    async (threads) => {
      const told: number[] = [];
      const both = placed([shown(rows.image, 1), shown(rows.two, 2)]);
      await train({ ...both, threads }, { onProgress: ({ loss }) => told.push(loss) });
      expect(told[0]).toBeCloseTo((lossOf('image') + lossOf('two')) / 2, 4);
    },
  );

  test('refuses features that say no rows and columns', async () => {
    const { grid: _grid, ...plain } = features[0]!;
    const without = { ...shown(rows.image, 1), features: [plain] };
    await expect(train(placed([without]))).rejects.toThrow(
      'target row 1 has 15 features without their rows and columns, by which this model places them',
    );
  });
});
