// Whole runs in their worker thread: learning, resuming to the same bytes, stopping, refusing.

import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAdapter, wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { adaptedWeights, savedTensors } from '#models/adapters/adapter.js';
import type { AdapterFiles } from '#models/types.js';
import { CheckpointMismatchError } from './errors/checkpoint-mismatch.error.js';
import { TrainingError } from './errors/training.error.js';
import { planTraining } from './run/training-model.js';
import { naiveLogProbs } from './testing/naive-llama.js';
import { tinyConfig, tinyExamples, tinyOptions } from './testing/tiny-run.js';
import type { LoraOptions, TrainOptions, TrainProgress } from './training-options.js';
import { train } from './training.js';

const lethe = resolve(import.meta.dirname, '../../../models/lethe-tiny');
const unlearning = tinyOptions({
  objective: 'npo',
  retainTerms: ['gdr', 'klr'],
  trainable: { type: 'lora', r: 3, alpha: 6, dropout: 0.2 },
  epochs: 3,
  threads: 2,
  checkpointSteps: 1,
});

async function trainWithCheckpoints(options: TrainOptions) {
  const checkpoints = new Map<number, Uint8Array>();
  const progress: TrainProgress[] = [];
  const result = await train(options, {
    onProgress: (p) => progress.push(p),
    onCheckpoint: async ({ step, bytes }) => void checkpoints.set(step, bytes),
  });
  return { result, checkpoints, progress };
}

const asked = (content: string) => [{ role: 'user', content }];

test('supervised training learns its examples, and reports every step', async () => {
  const options = tinyOptions({ epochs: 60, learningRate: 3e-2, trainable: { type: 'full' } });
  const { result, progress } = await trainWithCheckpoints(options);
  expect(result.steps).toBe(120);
  expect(progress.map((p) => p.step)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  expect(progress[0]!.loss).toBeGreaterThan(3);
  expect(result.finalLoss).toBeLessThan(0.2);
  expect(result.weights!.get('model.embed_tokens.weight')!.dims).toEqual([40, 16]);
  expect(result.tokens).toBe(
    60 *
      options.target.reduce((sum, example) => sum + ('ids' in example ? example.ids.length : 0), 0),
  );
});

test('an adapter comes in PEFT format', async () => {
  const { result } = await trainWithCheckpoints(tinyOptions());
  const adapter = readAdapter(result.adapter!);
  expect([adapter.r, adapter.alpha, adapter.targetModules.length, adapter.tensors.size]).toEqual([
    3, 6, 7, 28,
  ]);
  expect(
    adapter.tensors
      .get('base_model.model.model.layers.1.mlp.down_proj.lora_B.weight')!
      .data.some((x) => x !== 0),
  ).toBe(true);
});

test('on top of a parent adapter, the base and the reference are the merged model, and the result fits the original', async () => {
  const parent = await train(tinyOptions({ epochs: 20 }));
  const { result, progress } = await trainWithCheckpoints({
    ...unlearning,
    parentAdapter: parent.adapter!,
    learningRate: 1e-9,
    maxSteps: 1,
  });
  expect(progress[0]!.klLoss).toBeCloseTo(0, 5);
  expect(progress[0]!.targetLoss).toBeCloseTo((2 / 0.1) * Math.LN2, 3);
  const { weights } = await (await planTraining(tinyOptions())).load(false);
  const logProbs = (files: AdapterFiles): number[] => {
    const adapter = readAdapter(files);
    const shape = {
      r: adapter.r,
      alpha: adapter.alpha,
      dropout: 0,
      targetModules: adapter.targetModules,
    };
    return naiveLogProbs(tinyConfig, weights, [1, 2, 3, 4], {
      shape,
      tensors: adapter.tensors,
    }).flat();
  };
  expect(readAdapter(result.adapter!).r).toBe(6);
  const expected = logProbs(parent.adapter!);
  logProbs(result.adapter!).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 4));
});

describe('what is trained', () => {
  const trained = async (changes: Partial<TrainOptions>) =>
    readAdapter((await train(tinyOptions({ maxSteps: 1, ...changes }))).adapter!);

  test('targets, layers and the scaling go into the adapter', async () => {
    const adapter = await trained({
      trainable: lora({
        targetModules: ['self_attn.q_proj', 'up_proj'],
        layers: [1],
        rslora: true,
      }),
    });
    expect(adapter).toMatchObject({
      targetModules: ['self_attn.q_proj', 'up_proj'],
      layers: [1],
      rslora: true,
      r: 2,
      alpha: 4,
    });
    expect(adaptedWeights(adapter)).toEqual([
      'model.layers.1.mlp.up_proj.weight',
      'model.layers.1.self_attn.q_proj.weight',
    ]);
  });

  test("modules trained whole lie beside the matrices, under PEFT's names", async () => {
    const adapter = await trained({
      trainable: lora({ modulesToSave: ['lm_head'], targetModules: ['q_proj'] }),
    });
    expect(adapter.modulesToSave).toEqual(['lm_head']);
    expect([...savedTensors(adapter).keys()]).toEqual(['lm_head.weight']);
  });

  test('an adapter that is continued stays one of its rank; added to a whole model, it is part of it', async () => {
    const first = await train(
      tinyOptions({ maxSteps: 2, trainable: lora({ rslora: true, layers: [0] }) }),
    );
    const second = await trained({
      parentAdapter: first.adapter!,
      parent: 'continue',
      retainTerms: ['klr'],
      objective: 'npo',
    });
    expect(second).toMatchObject({ r: 2, rslora: true, layers: [0] });
    expect(second.tensors).not.toEqual(readAdapter(first.adapter!).tensors);
    const whole = writeAdapter(
      wholeModel((await train(tinyOptions({ maxSteps: 1, trainable: { type: 'full' } }))).weights!),
    );
    const onTop = await trained({ parentAdapter: whole });
    expect([adaptedWeights(onTop), savedTensors(onTop).size]).toEqual([
      [],
      readAdapter(whole).tensors.size,
    ]);
    const untied = await trained({
      parentAdapter: whole,
      trainable: lora({ modulesToSave: ['embed_tokens'] }),
    });
    expect(savedTensors(untied).get('lm_head.weight')).toEqual(
      savedTensors(readAdapter(whole)).get('model.embed_tokens.weight'),
    );
  });
});

describe('resuming', () => {
  // PDU's multiplier moves with every step, and masks and directions are made again.
  const constrained = {
    ...unlearning,
    objective: { type: 'pdu', retain_loss_eps: 1 },
    retainTerms: ['gdr'] as const,
    mask: 'sure',
  };
  test.each([
    unlearning,
    constrained,
    tinyOptions({ trainable: { type: 'full' }, checkpointSteps: 1 }),
  ])('from any step ends in the same bytes', async (options) => {
    const { result, checkpoints } = await trainWithCheckpoints(options);
    expect(checkpoints.size).toBe(result.steps - 1);
    for (const step of new Set([1, Math.ceil(result.steps / 2), result.steps - 1])) {
      const resumed = await train(options, { resumeFrom: checkpoints.get(step)! });
      expect(resumed.adapter).toEqual(result.adapter);
      expect(resumed.weights).toEqual(result.weights);
      expect([resumed.steps, resumed.tokens, resumed.finalLoss]).toEqual([
        result.steps,
        result.tokens,
        result.finalLoss,
      ]);
    }
  });

  test('after an abort goes on from the last checkpoint', async () => {
    const stop = new AbortController();
    let last: Uint8Array | undefined;
    const cut = train(unlearning, {
      signal: stop.signal,
      onCheckpoint: async ({ step, bytes }) => {
        last = bytes;
        if (step === 3) stop.abort(new Error('cancelled by its owner'));
      },
    });
    await expect(cut).rejects.toThrow('cancelled by its owner');
    expect((await train(unlearning, { resumeFrom: last! })).adapter).toEqual(
      (await train(unlearning)).adapter,
    );
  });

  test('left between two passes goes on from its last whole step', async () => {
    const leaving = new AbortController();
    const steps: number[] = [];
    let last: Uint8Array | undefined;
    const left = train(
      { ...unlearning, checkpointSteps: 1000 },
      {
        leaving: leaving.signal,
        onProgress: ({ step }) => step === 2 && leaving.abort(new Error('the process ends')),
        onCheckpoint: async ({ step, bytes }) => {
          steps.push(step);
          last = bytes;
        },
      },
    );
    await expect(left).rejects.toThrow('the process ends');
    expect(steps).toHaveLength(1);
    expect(steps[0]).toBeGreaterThanOrEqual(2);
    const resumed = await train(unlearning, { resumeFrom: last! });
    expect(resumed.adapter).toEqual((await train(unlearning)).adapter);
  });

  test('refuses a checkpoint of another run or a damaged one', async () => {
    const { checkpoints } = await trainWithCheckpoints(unlearning);
    const bytes = checkpoints.get(2)!;
    await expect(
      train({ ...unlearning, learningRate: 0.5 }, { resumeFrom: bytes }),
    ).rejects.toThrow(CheckpointMismatchError);
    await expect(
      train(unlearning, { resumeFrom: bytes.subarray(0, bytes.length - 8) }),
    ).rejects.toThrow('expected');
    await expect(train(unlearning, { resumeFrom: new Uint8Array(3) })).rejects.toThrow('damaged');
  });
});

test("PDU's multiplier follows the retain loss, and weighs it", async () => {
  const bound = 3.6;
  const { progress } = await trainWithCheckpoints({
    ...unlearning,
    objective: { type: 'pdu', retain_loss_eps: bound, dual_step_size: 5 },
    retainTerms: ['gdr'],
  });
  let lambda = 1;
  for (const { state, loss, targetLoss, retainLoss } of progress) {
    expect(state!['lambda']).toBeCloseTo(lambda, 4);
    expect(loss).toBeCloseTo(targetLoss + lambda * (retainLoss! - bound), 4);
    lambda = Math.max(0, lambda + 5 * (retainLoss! - bound));
  }
});

test('a set of 150,000 examples is estimated, grouped and trained on in seconds', async () => {
  const target = tinyExamples(150_000, 'many');
  const { steps, tokens } = await train(
    tinyOptions({ objective: 'npo', target, maxSteps: 2, memoryLimit: 8e9 }),
  );
  expect([steps, tokens > 0]).toEqual([2, true]);
}, 60_000);

test.each([{ type: 'rmu', layer: 0, steering_coeff: 1 }, 'dpo'])(
  '%j makes its own loss smaller',
  async (objective) => {
    const target = tinyExamples(6, 'forget').map((example, i) => ({
      ...example,
      alternates: [tinyExamples(6, 'alternate')[i]!, tinyExamples(6, 'other')[i]!],
    }));
    const { progress } = await trainWithCheckpoints(
      tinyOptions({ objective, target, epochs: 12, batchSize: 6, gradientAccumulation: 2 }),
    );
    expect(progress.at(-1)!.targetLoss).toBeLessThan(0.99 * progress[0]!.targetLoss);
  },
);
const lora = (changes: Partial<LoraOptions>): LoraOptions => ({
  type: 'lora',
  r: 2,
  alpha: 4,
  dropout: 0,
  ...changes,
});

test('examples whose answers are cut are counted', async () => {
  const { target, modelPath } = {
    target: [
      { messages: asked('Who?'), answer: 'Ada Quill, as the family says.' },
      { messages: asked('Who?'), answer: 'Ada.' },
    ],
    modelPath: lethe,
  };
  const { progress } = await trainWithCheckpoints(
    tinyOptions({ scratch: undefined, modelPath, target, maxLength: 12, maxSteps: 1 }),
  );
  expect(progress.map(({ cutRows }) => cutRows)).toEqual([1]);
});

describe('refusals', () => {
  const short = { messages: asked('Who?'), answer: 'Ada.' };
  const text = {
    scratch: undefined,
    modelPath: lethe,
    target: [short],
    retainTerms: ['gdr' as const],
  };

  test('an aborted signal starts nothing', async () => {
    await expect(
      train(tinyOptions(), { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
  });

  test.each([
    ['there is no row', { target: [] }],
    ['need a retain set', { retain: [], retainTerms: ['gdr'] }],
    ['rmu needs a retain set', { retain: [], objective: { type: 'rmu', layer: 1 } }],
    ['layers 0 to 1: there is no layer 7', { objective: 'rmu' }],
    ['memflex compares the gradients of both sets', { mask: 'memflex' }],
    ['target row 1 has no alternate answer, which dpo needs', { objective: 'dpo' }],
    ['expected one of altpo', { objective: 'sorcery' }],
    ['npo takes beta', { objective: { type: 'npo', gamma: 1 } }],
    [
      'lora_targets: no linear layer\'s name ends with "query", the model has down_proj, gate_proj',
      { trainable: lora({ targetModules: ['query'] }) },
    ],
    ['lora_layers: the model has layers 0 to 1, found 2', { trainable: lora({ layers: [0, 2] }) }],
    [
      'modules_to_save: no module\'s name ends with "wte", the model has',
      { trainable: lora({ modulesToSave: ['wte'] }) },
    ],
    [
      'trained whole, and is a low-rank target by "all-linear"',
      { trainable: lora({ modulesToSave: ['q_proj'] }) },
    ],
    ['no parent adapter to continue', { parent: 'continue' }],
    [
      'target row 2 has no label',
      {
        target: [
          { ids: [1, 2, 3], labelStart: 2 },
          { ids: [1, 2], labelStart: 2 },
        ],
      },
    ],
    ['outside the model', { target: [{ ids: [1, 40], labelStart: 1 }] }],
    [
      'the gradient of step 2 is not finite (NaN): try a lower learning_rate',
      { learningRate: 1e30, trainable: { type: 'full' }, warmupRatio: 0 },
    ],
    [
      'retain row 2: a prompt of 44 tokens leaves no room for an answer within max_length 12',
      {
        ...text,
        maxLength: 12,
        retain: [short, { messages: asked('Who? '.repeat(20)), answer: 'Ada.' }],
      },
    ],
    ['has no tokenizer', { target: [{ messages: asked('Who?'), answer: 'Nobody.' }] }],
  ] as [string, Partial<TrainOptions>][])('%s', async (message, changes) => {
    const refused = await train(tinyOptions(changes)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TrainingError);
    expect((refused as Error).message).toContain(message);
  });

  test('a callback that fails ends the run', async () => {
    const full = new Error('no space left');
    await expect(train(unlearning, { onCheckpoint: () => Promise.reject(full) })).rejects.toBe(
      full,
    );
  });
});
