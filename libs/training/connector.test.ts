// A connector trained with its text: examples bring what it reads of the tower, and the tower stays as it
// is.

import { expect, test } from 'vitest';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { adaptedWeights } from '#models/adapters/adapter.js';
import { expectedTensors } from '#models/passes/trace.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { connectorTensors } from '#models/vision/vision-tensors.js';
import { Random } from '#runtime/random.js';
import { tinyConfig, tinyOptions } from './testing/tiny-run.js';
import type { TrainOptions } from './training-options.js';
import { train } from './training.js';

const PLACEHOLDER = 39;
const WIDTH = 8;
const FEATURES = 4;
const config: ModelConfig = {
  ...tinyConfig,
  vision: {
    modelType: 'llava',
    imageToken: PLACEHOLDER,
    tower: {
      hiddenSize: WIDTH,
      intermediateSize: 8,
      numHiddenLayers: 2,
      numAttentionHeads: 2,
      imageSize: 8,
      patchSize: 4,
      normEps: 1e-5,
      activation: 'quick_gelu',
      hasClassToken: true,
    },
    connector: { kind: 'mlp', layers: [1], dropsFirst: true, activation: 'gelu', bias: true },
    layout: 'single',
    featureSize: tinyConfig.hiddenSize,
  },
};

function rowsOf(seed: number): TensorData {
  const random = new Random('rows', seed);
  const data = Float32Array.from({ length: FEATURES * WIDTH }, () => random.normal());
  return { dims: [FEATURES, WIDTH], data };
}
/** The same question about each picture. */
const shown = [
  [10, 1],
  [11, 1],
  [12, 1],
].map((answer, seed): EncodedExample => ({
  ids: [2, ...Array.from({ length: FEATURES }, () => PLACEHOLDER), 3, ...answer],
  labelStart: FEATURES + 2,
  imageToken: PLACEHOLDER,
  features: [rowsOf(seed)],
}));
const text = { ids: [4, 5, 6, 1], labelStart: 2 };

const connecting = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  ...tinyOptions({ target: [...shown, text], retain: [] }),
  scratch: config,
  trainable: { type: 'full', connector: true },
  batchSize: 4,
  gradientAccumulation: 1,
  epochs: 3,
  ...changes,
});

async function losses(changes: Partial<TrainOptions>): Promise<number[]> {
  const told: number[] = [];
  await train(connecting(changes), { onProgress: ({ loss }) => told.push(loss) });
  return told;
}

test('pictures are told apart: all of the connector is trained, with the text, and nothing of the tower', async () => {
  const told: number[] = [];
  const { weights } = await train(connecting({ epochs: 80, learningRate: 2e-2 }), {
    onProgress: ({ loss }) => told.push(loss),
  });
  // Without a look at the picture no loss is below log(3) / 2 of the three that ask for one.
  expect(told.at(-1)).toBeLessThan(0.2);
  const wanted = [...connectorTensors(config), ...expectedTensors(config)].map(([name]) => name);
  expect([...weights!.keys()].toSorted()).toEqual(wanted.toSorted());
  for (const name of connectorTensors(config).keys())
    if (name.endsWith('.bias')) expect(weights!.get(name)!.data.some((x) => x !== 0)).toBe(true);
});

test('passes without a picture among them lead to the same losses', async () => {
  const together = await losses({});
  const apart = await losses({ microBatchTokens: 8, packing: false });
  expect(together).toHaveLength(3);
  for (const [i, loss] of apart.entries()) expect(loss).toBeCloseTo(together[i]!, 4);
});

test('a reference sees by the connector as it was', async () => {
  const divergences: number[] = [];
  await train(connecting({ objective: 'npo', retainTerms: ['klr'], retain: [...shown, text] }), {
    onProgress: ({ klLoss }) => divergences.push(klLoss!),
  });
  expect(divergences[0]).toBeCloseTo(0, 5);
  expect(divergences.at(-1)).toBeGreaterThan(1e-5);
});

test('an adapter names the text as a part of the model, as PEFT looks for it', async () => {
  const { adapter } = await train({
    ...connecting({ target: [text], epochs: 1 }),
    trainable: { type: 'lora', r: 2, alpha: 2, dropout: 0, layers: [1] },
  });
  const names = [...parseSafetensors(adapter!['adapter_model.safetensors']!, 'adapter').keys()];
  expect(names.length).toBeGreaterThan(0);
  for (const name of names)
    expect(name).toMatch(/^base_model\.model\.model\.language_model\.layers\.1\./);
  expect(adaptedWeights(readAdapter(adapter!))).toContain('model.layers.1.self_attn.q_proj.weight');
});

const targetModules = ['q_proj', 'linear_1', 'multi_modal_projector.linear_2'];
const adapting = (changes: Partial<TrainOptions> = {}): TrainOptions =>
  connecting({
    trainable: { type: 'lora', r: 4, alpha: 8, dropout: 0, targetModules },
    target: shown,
    ...changes,
  });

test('an adapter of the connector learns of pictures, under names that PEFT looks for', async () => {
  const told: number[] = [];
  const onProgress = ({ loss }: { loss: number }): void => void told.push(loss);
  const { adapter } = await train(adapting({ epochs: 20, learningRate: 3e-2 }), { onProgress });
  expect(told.at(-1)).toBeLessThan(told[0]!);
  for (const [name, { data }] of readAdapter(adapter!).tensors)
    expect(
      data.some((x) => x !== 0),
      name,
    ).toBe(true);
  const settings = new TextDecoder().decode(adapter!['adapter_config.json']);
  const { target_modules: modules } = JSON.parse(settings) as { target_modules: string[] };
  const projector = ['linear_1', 'linear_2'].map((end) => `model.multi_modal_projector.${end}`);
  const attended = [0, 1].map((layer) => `model.language_model.layers.${layer}.self_attn.q_proj`);
  expect(modules).toEqual([...attended, ...projector]);
  const names = [...parseSafetensors(adapter!['adapter_model.safetensors']!, 'adapter').keys()];
  expect(
    new Set(names.map((name) => name.replace(/^base_model\.model\.(.*)\.lora_.*/, '$1'))),
  ).toEqual(new Set(modules));
  expect(adaptedWeights(readAdapter(adapter!))).toContain('multi_modal_projector.linear_1.weight');
});

test('nothing but what is named is adapted: all-linear is of the text', async () => {
  const { adapter } = await train({
    ...adapting({ epochs: 1 }),
    trainable: { type: 'lora', r: 2, alpha: 2, dropout: 0 },
    target: [text],
  });
  expect(
    adaptedWeights(readAdapter(adapter!)).filter((name) => !name.startsWith('model.')),
  ).toEqual([]);
  await expect(train(adapting({ target: [text] }))).rejects.toThrow('no row shows one');
  const trainable = {
    ...adapting().trainable,
    // Nothing is read behind block 0.
    targetModules: ['vision_tower.encoder.layers.1.mlp.fc1'],
  };
  await expect(train(adapting({ trainable } as Partial<TrainOptions>))).rejects.toThrow(
    'lora_targets: "vision_tower.encoder.layers.1.mlp.fc1" is none of the vision tower\'s blocks that are read, which are 0 to 0',
  );
});

test.each(['merge', 'continue'] as const)(
  'what an adapter saw is forgotten by another that starts from it: %s',
  async (parent) => {
    const learned = await train(adapting({ epochs: 20, learningRate: 3e-2 }));
    const [divergences, forgotten]: number[][] = [[], []];
    const { adapter } = await train(
      adapting({
        parentAdapter: learned.adapter!,
        parent,
        objective: 'npo',
        retainTerms: ['klr'],
        target: shown.slice(0, 1),
        retain: shown.slice(1),
        batchSize: 1,
        epochs: 12,
        learningRate: 1e-2,
        trainable: { type: 'lora', r: 2, alpha: 4, dropout: 0.1, targetModules },
      }),
      {
        onProgress: ({ klLoss, targetLoss }) => {
          divergences!.push(klLoss!);
          forgotten!.push(targetLoss);
        },
      },
    );
    // The reference sees by the parent's connector, and dropout alone is between both at first.
    expect(divergences![0]).toBeLessThan(0.05);
    expect(forgotten!.at(-1)).toBeLessThan(forgotten![0]!);
    const { r } = readAdapter(adapter!);
    expect(r).toBe(parent === 'merge' ? 6 : 4);
    const changed = adaptedWeights(readAdapter(adapter!));
    expect(changed).toContain('multi_modal_projector.linear_2.weight');
  },
);

test('is refused features, and where there is no tower', async () => {
  const features = [{ dims: [FEATURES, 16], data: new Float32Array(FEATURES * 16) }];
  await expect(train(connecting({ target: [{ ...shown[0]!, features }] }))).rejects.toThrow(
    'target row 1 has features of the shape [4, 16], expected [n, 8]',
  );
  await expect(train(connecting({ scratch: tinyConfig, target: [text] }))).rejects.toThrow(
    'connector: this model has none that is apart from a tower',
  );
});
