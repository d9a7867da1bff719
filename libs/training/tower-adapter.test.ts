// Adapters of a vision tower, trained with the text: examples bring what comes into the lowest block that
// is adapted, and steps look at pictures from there on.

import { expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { chooseObjective } from '#contracts/objectives/index.js';
import { readAdapter, writeAdapter } from '#models/adapters/adapter-files.js';
import { adaptedWeights } from '#models/adapters/adapter.js';
import { traceOf } from '#models/passes/trace.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { AdapterFiles, ModelConfig, PictureFeatures, TileVision } from '#models/types.js';
import { mergedSeeing, seeingPart, textPart } from '#models/vision/adapter-parts.js';
import { orderOf } from '#models/vision/arrange-features.js';
import { madeWidth, type Making } from '#models/vision/making.js';
import { towerTokens } from '#models/vision/tower.js';
import {
  lowerGraph,
  visionGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { visionTensors } from '#models/vision/vision-tensors.js';
import { GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';
import { CheckpointMismatchError } from './errors/checkpoint-mismatch.error.js';
import { attentionCost, groupExamples } from './examples/example-groups.js';
import { initialWeights, storeParameters } from './run/parameters.js';
import { estimateRun } from './run/run-memory.js';
import { buildStepGraph } from './run/step-graph.js';
import { StepRunner } from './run/step-runner.js';
import { tinyConfig, tinyOptions } from './testing/tiny-run.js';
import type { TrainOptions } from './training-options.js';
import { train } from './training.js';

const PLACEHOLDER = 39;
const FEATURES = 4;
const compute = { device: 'cpu', threads: 1 } as const;
const vision: TileVision = {
  modelType: 'llava',
  imageToken: PLACEHOLDER,
  tower: {
    hiddenSize: 8,
    intermediateSize: 12,
    numHiddenLayers: 3,
    numAttentionHeads: 2,
    imageSize: 8,
    patchSize: 4,
    normEps: 1e-5,
    activation: 'quick_gelu',
    hasClassToken: true,
  },
  connector: { kind: 'mlp', layers: [2], dropsFirst: true, activation: 'gelu', bias: true },
  layout: 'single',
  featureSize: tinyConfig.hiddenSize,
};
const config: ModelConfig = { ...tinyConfig, vision };
const SEED = 7;
const read = initialWeights(config, SEED);
const weights = new Map(
  [...visionTensors(config)].map(([name, dims]) => [name, { dims, data: read(name, dims) }]),
);

const pixelsOf = (seed: number): Float32Array => {
  const random = new Random('pixels', seed);
  return Float32Array.from({ length: 3 * 8 * 8 }, () => 3 * random.normal());
};

/** As the thread that looks makes of a picture. */
async function made(seed: number, making: Making, seenBy = weights): Promise<PictureFeatures> {
  const graph = typeof making === 'object' ? lowerGraph(vision, making) : visionGraph(vision);
  const session = await GraphSession.create(graph, compute, seenBy);
  const pixels = { dims: [1, 3, 8, 8], data: pixelsOf(seed) };
  const results = await session.run({ [visionInputs.pixels]: pixels }, visionSizes(vision, 1));
  await session.close();
  const output =
    typeof making === 'object' ? visionOutputs.stream(making.block) : visionOutputs.features;
  const data = required(results, output);
  const width = madeWidth(config, making);
  const order = typeof making === 'object' ? orderOf(vision, { kind: 'single' }, 1) : {};
  return { dims: [data.length / width, width], data, ...order };
}

const ANSWERS = [
  [10, 1],
  [11, 1],
  [12, 1],
];
/** The same question about each picture. */
const shownAs = async (making: Making, seenBy = weights): Promise<EncodedExample[]> =>
  Promise.all(
    ANSWERS.map(async (answer, seed) => ({
      ids: [2, ...Array.from({ length: FEATURES }, () => PLACEHOLDER), 3, ...answer],
      labelStart: FEATURES + 2,
      imageToken: PLACEHOLDER,
      features: [await made(seed, making, seenBy)],
    })),
  );
const [fromFirst, fromSecond] = [await shownAs({ block: 0 }), await shownAs({ block: 1 })];
const text = { ids: [4, 5, 6, 1], labelStart: 2 };

const BLOCK = 'vision_tower.encoder.layers';
const targetModules = [
  'model.layers.1.self_attn.q_proj',
  'linear_1',
  ...['self_attn.k_proj', 'self_attn.out_proj', 'mlp.fc1'].map((layer) => `${BLOCK}.*.${layer}`),
];
const lora = { type: 'lora', r: 4, alpha: 8, dropout: 0, targetModules } as const;
const adapting = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  ...tinyOptions({ target: fromFirst, retain: [] }),
  seed: SEED,
  scratch: config,
  trainable: lora,
  batchSize: 4,
  gradientAccumulation: 1,
  epochs: 3,
  ...changes,
});

async function losses(changes: Partial<TrainOptions>): Promise<number[]> {
  const told: number[] = [];
  await train(adapting(changes), { onProgress: ({ loss }) => told.push(loss) });
  return told;
}

const learned = await train(
  adapting({
    epochs: 60,
    learningRate: 3e-2,
    // The head's random weights say all tokens alike.
    trainable: { ...lora, modulesToSave: ['lm_head'] },
  }),
);
const changedBy = (files: AdapterFiles): string[] => adaptedWeights(readAdapter(files));

test('what is named of a tower is adapted, from the block on that is named', () => {
  const names = changedBy(learned.adapter!);
  const ofTower = [0, 1].flatMap((block) =>
    ['self_attn.k_proj', 'self_attn.out_proj', 'mlp.fc1'].map(
      (layer) => `${BLOCK}.${block}.${layer}.weight`,
    ),
  );
  expect(names).toEqual(
    [
      'model.layers.1.self_attn.q_proj.weight',
      'multi_modal_projector.linear_1.weight',
      ...ofTower,
    ].toSorted(),
  );
  for (const [name, { data }] of readAdapter(learned.adapter!).tensors)
    expect(
      data.some((x) => x !== 0),
      name,
    ).toBe(true);
  const settings = JSON.parse(
    new TextDecoder().decode(learned.adapter!['adapter_config.json']),
  ) as { target_modules: string[] };
  // As transformers 5 has it in memory.
  expect(settings.target_modules).toContain('model.vision_tower.encoder.layers.1.mlp.fc1');
});

test("a tower's ends of names are the text's, and a block is named by its number", async () => {
  const { adapter } = await train(
    adapting({
      epochs: 1,
      target: fromSecond,
      trainable: { ...lora, targetModules: ['q_proj', `${BLOCK}.1.self_attn.q_proj`] },
    }),
  );
  expect(changedBy(adapter!)).toEqual([
    ...[0, 1].map((layer) => `model.layers.${layer}.self_attn.q_proj.weight`),
    `${BLOCK}.1.self_attn.q_proj.weight`,
  ]);
  for (const [target, refused] of [
    ['fc1', 'vision_tower.encoder.layers.*.mlp.fc1'],
    [`${BLOCK}.2.mlp.fc1`, 'blocks that are read, which are 0 to 1'],
  ] as const)
    await expect(losses({ trainable: { ...lora, targetModules: [target] } })).rejects.toThrow(
      refused,
    );
  await expect(losses({ target: [text] })).rejects.toThrow('no row shows one');
  await expect(losses({ target: fromSecond.map(withoutOrder) })).rejects.toThrow(
    'target row 1 has pictures that another part of the tower has looked at, or less of it',
  );
});

const withoutOrder = (example: EncodedExample): EncodedExample => ({
  ...example,
  features: (example.features ?? []).map(({ order: _order, ...rest }) => rest),
});

test('gradients are finite differences of the loss', async () => {
  const graph = buildStepGraph({
    config,
    maxLength: 32,
    lora,
    goal: {
      objective: chooseObjective('sft'),
      retainTerms: [],
      targetWeight: 1,
      retainWeights: { gdr: 1, klr: 1 },
      seed: 0,
    },
    seeing: { block: 0 },
  });
  const random = new Random('start');
  const store = storeParameters(graph.parameters, (_name, dims) =>
    Float32Array.from({ length: item(dims, 0) * item(dims, 1) }, () => 0.4 * random.normal()),
  );
  const all = new Map([
    ...weights,
    ...[...traceOf(config).tensors].map(
      ([name, dims]) => [name, { dims, data: read(name, dims).map((x) => 4 * x) }] as const,
    ),
  ]);
  const costs = { maxTokens: 512, packing: false, attention: attentionCost(config), apart: false };
  const step = await StepRunner.create(graph, store, all, compute, {
    config,
    dropout: 0,
    seed: 0,
    costs,
    rank: { index: 0, of: 1 },
    references: {},
  });
  const units = fromFirst.map((example, index) => [{ ...example, index, side: 'target' as const }]);
  const lossOf = async (): Promise<number> => (await step.run(0, units, {}, () => {})).loss;
  await lossOf();
  const gradients = new Map(
    [...step.gradientsOf('all')].map(([name, { data }]) => [name, data.slice()]),
  );
  for (const [name, { data }] of store.tensors) {
    const found = required(gradients, name);
    const at = found.reduce((most, x, i) => (Math.abs(x) > Math.abs(found[most]!) ? i : most), 0);
    const own = data[at]!;
    const h = 4e-3;
    data[at] = own + h;
    const above = await lossOf();
    data[at] = own - h;
    const below = await lossOf();
    data[at] = own;
    const difference = (above - below) / (2 * h);
    expect(Math.abs(difference - found[at]!), name).toBeLessThan(
      0.02 * Math.abs(difference) + 5e-4,
    );
  }
  await step.close();
});

test('passes without a picture, replicas and layers computed again lead to the same losses', async () => {
  const target = [...fromFirst, text, ...fromFirst, text];
  const together = await losses({ target, batchSize: 8 });
  expect(together).toHaveLength(3);
  for (const changes of [
    { microBatchTokens: 8, packing: false },
    { threads: 2 },
    { recompute: true },
    { trainable: { ...lora, dropout: 0 } },
  ])
    for (const [i, loss] of (await losses({ target, batchSize: 8, ...changes })).entries())
      expect(loss, JSON.stringify(changes)).toBeCloseTo(together[i]!, 4);
});

test('a run goes on to the same bytes, and not with other pictures', async () => {
  const checkpoints: Uint8Array[] = [];
  const options = adapting({
    epochs: 4,
    checkpointSteps: 2,
    trainable: { ...lora, dropout: 0.1 },
  });
  const { adapter } = await train(options, {
    onCheckpoint: async ({ bytes }) => void checkpoints.push(bytes),
  });
  const [resumeFrom] = checkpoints;
  const resumed = await train(options, { resumeFrom: resumeFrom! });
  expect(resumed.adapter).toEqual(adapter);
  const other = { ...fromFirst[0]!, features: [await made(9, { block: 0 })] };
  const target = [other, ...fromFirst.slice(1)];
  await expect(train({ ...options, target }, { resumeFrom: resumeFrom! })).rejects.toThrow(
    CheckpointMismatchError,
  );
});

/** By a run's first step, which has learned nothing yet. */
const firstLoss = async (changes: Partial<TrainOptions>): Promise<number> =>
  item(await losses({ epochs: 1, ...changes }), 0);

test('a picture is seen as it will be by the adapter that comes out', async () => {
  const adapter = readAdapter(learned.adapter!);
  const seen = mergedSeeing(weights, seeingPart(config, adapter)!);
  const trained = await firstLoss({ parentAdapter: learned.adapter! });
  const served = await firstLoss({
    parentAdapter: writeAdapter(textPart(config, adapter)),
    trainable: { ...lora, targetModules: 'all-linear' },
    target: await shownAs('features', seen),
  });
  expect(trained).toBeCloseTo(served, 4);
  expect(trained).toBeLessThan((await firstLoss({})) / 2);
});

test.each(['merge', 'continue'] as const)(
  'what an adapter saw is forgotten by another that starts from it: %s',
  async (parent) => {
    const [divergences, forgotten]: [number[], number[]] = [[], []];
    const { adapter } = await train(
      adapting({
        parentAdapter: learned.adapter!,
        parent,
        objective: 'npo',
        retainTerms: ['klr'],
        target: fromFirst.slice(0, 1),
        retain: fromFirst.slice(1),
        batchSize: 1,
        epochs: 12,
        learningRate: 1e-2,
        trainable: { ...lora, targetModules: [`${BLOCK}.1.mlp.fc1`, 'q_proj'] },
      }),
      {
        onProgress: ({ klLoss, targetLoss }) => {
          divergences.push(klLoss!);
          forgotten.push(targetLoss);
        },
      },
    );
    // The reference sees by the parent's tower.
    expect(divergences[0]).toBeCloseTo(0, 4);
    expect(forgotten.at(-1)).toBeLessThan(forgotten[0]!);
    const { r } = readAdapter(adapter!);
    expect(r).toBe(parent === 'merge' ? 8 : 4);
    expect(changedBy(adapter!)).toContain(`${BLOCK}.0.mlp.fc1.weight`);
  },
);

test('erasure asks the base, which sees by its own tower', async () => {
  const [shown] = fromFirst as [EncodedExample];
  const told = await losses({
    parentAdapter: learned.adapter!,
    objective: 'erase',
    retainTerms: ['klr'],
    target: [{ ...shown, alternates: [{ ...shown, ids: [...shown.ids.slice(0, -2), 20, 1] }] }],
    retain: fromFirst.slice(1),
  });
  expect(told.every(Number.isFinite)).toBe(true);
});

test('a parent that sees by other pictures of patches is to be merged', async () => {
  const name = 'vision_tower.embeddings.class_embedding';
  const parentAdapter = writeAdapter({
    ...readAdapter(learned.adapter!),
    tensors: new Map([
      ...readAdapter(learned.adapter!).tensors,
      [`base_model.model.${name}`, required(weights, name)],
    ]),
  });
  await expect(losses({ parentAdapter })).rejects.toThrow(`the parent changes ${name}`);
});

test('pictures count in the memory of a run, and those of a pass are bounded', async () => {
  const stepOf = async (target: readonly EncodedExample[]): Promise<number> =>
    (await estimateRun(adapting({ target, batchSize: 3 }))).step;
  const [one] = fromFirst as [EncodedExample];
  const same = await stepOf([one, one, one]);
  const other = await stepOf(fromFirst);
  // Two pictures more, of which each layer keeps several times its tokens.
  const tokens = towerTokens(vision.tower) * vision.tower.hiddenSize * 4;
  expect(other - same).toBeGreaterThan(2 * 10 * tokens);
  const units = fromFirst.map((example) => [{ ...example, towerTokens: 5 }]);
  const passes = (maxTowerTokens: number): number =>
    groupExamples(units, { maxTokens: 512, maxTowerTokens, attention: 0, packing: true }).length;
  expect([passes(5), passes(10), passes(15)]).toEqual([3, 2, 1]);
});
