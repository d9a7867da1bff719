// Every architecture against transformers' numbers: logits, residual streams, generation, adapters, gradients.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAdapter } from '#engine/generator/adapter-rows.js';
import { ModelRunner } from '#engine/generator/model-runner.js';
import { chooseObjective } from '#engine/objective-catalog.js';
import { storeParameters } from '#engine/parameters.js';
import { buildStepGraph } from '#engine/step-graph.js';
import { StepRunner } from '#engine/step-runner.js';
import { readAdapter } from '#models/adapter-files.js';
import { architectureOf } from '#models/architectures/registry.js';
import { openCheckpoint, type Checkpoint } from '#models/checkpoint.js';
import type { TensorData } from '#models/types.js';
import { goldenNames, goldenTensor, largestDifference, readGolden } from '#testing/golden.js';
import { Forward, type Streams, weightsOf } from './forward.js';

const TOLERANCE = 1e-4;
/** Gradients grow with the model's depth: their error is taken relative to the largest number of a tensor. */
const GRADIENT_TOLERANCE = 1e-4;
const CONTEXT = 96;
/** Below this lead of the best token over the second, rounding may decide. */
const TIE = 1e-3;

const argmax = (x: Float32Array): number => x.indexOf(x.reduce((a, b) => Math.max(a, b)));

describe.each(goldenNames())('%s', (name) => {
  const golden = readGolden(name);
  let checkpoint: Checkpoint;
  let weights: Map<string, TensorData>;
  let forward: Forward;
  let runner: ModelRunner;

  beforeAll(async () => {
    checkpoint = await openCheckpoint(golden.path);
    weights = await weightsOf(checkpoint);
    forward = await Forward.open(checkpoint, weights, CONTEXT);
    runner = new ModelRunner({ config: checkpoint.config, weights, maxContext: CONTEXT, threads: 1 });
  });
  afterAll(async () => {
    await forward?.close();
    await runner?.close();
  });

  const expectStreams = (row: string, actual: Streams): void => {
    for (const [tensor, data] of actual) {
      expect(largestDifference(data, goldenTensor(golden, `${row}.${tensor}`)), `${row}.${tensor}`).toBeLessThanOrEqual(TOLERANCE);
    }
  };

  test('logits and every residual stream', async () => {
    for (const row of ['plain', 'long'] as const) expectStreams(row, (await forward.run([golden.rows[row]]))[0]!);
  });

  test('a batch of unequal lengths', async () => {
    const results = await forward.run(golden.batch);
    for (const [i, streams] of results.entries()) expectStreams(`batch.${i}`, streams);
  });

  test('64 tokens: cached, uncached and the reference are the same', async () => {
    const { tokens, leastMargin } = golden.generated;
    expect(leastMargin).toBeGreaterThan(TIE);
    const prompt = golden.rows.plain;
    const cached = [argmax(await runner.prefill({ id: 1, prompt, adapter: undefined }))];
    while (cached.length < tokens.length) {
      const [logits] = await runner.decode([{ id: 1, prompt, tokens: cached, last: cached.at(-1)!, adapter: undefined }]);
      cached.push(argmax(logits!));
    }
    runner.release(1);
    const uncached: number[] = [];
    while (uncached.length < tokens.length) {
      const [streams] = await forward.run([[...prompt, ...uncached]]);
      uncached.push(argmax(streams!.get('logits')!.subarray(-checkpoint.config.vocabSize)));
    }
    expect(uncached).toEqual(tokens);
    expect(cached).toEqual(tokens);
  });

  test('an adapter on every linear layer', async () => {
    const adapter = loadAdapter(readAdapter(golden.adapter), checkpoint.config);
    const expected = goldenTensor(golden, 'adapter.logits');
    const { vocabSize } = checkpoint.config;
    const ids = golden.rows.plain;
    const rows = [await runner.prefill({ id: 1, prompt: ids.slice(0, 1), adapter })];
    for (let at = 1; at < ids.length; at++) {
      const [logits] = await runner.decode([{ id: 1, prompt: ids.slice(0, 1), tokens: ids.slice(1, at + 1), last: ids[at]!, adapter }]);
      rows.push(logits!.slice());
    }
    runner.release(1);
    rows.forEach((row, i) => expect(largestDifference(row, expected.subarray(i * vocabSize, (i + 1) * vocabSize)), `position ${i}`).toBeLessThanOrEqual(TOLERANCE));
  });

  describe('gradients', () => {
    const goal = { ...chooseObjective('sft'), retainTerms: [], forgetWeight: 1, retainWeights: { gdr: 1, klr: 1 }, seed: 0 };
    const units = golden.training.rows.map((row, index) => [{ ...row, index, side: 'forget' as const }]);

    const expectGradients = (kind: 'lora' | 'full', store: ReturnType<typeof storeParameters>, gradients: Float32Array): void => {
      const { prefix = '' } = architectureOf(checkpoint.config);
      for (const [tensor, { data }] of store.tensors) {
        // Adapters' tensors have names of their own, weights those of the checkpoint's file.
        const stored = kind === 'full' && tensor.startsWith(prefix) ? tensor.slice(prefix.length) : tensor;
        const expected = goldenTensor(golden, `${kind}.${stored}`);
        const start = (data.byteOffset - store.values.byteOffset) / 4;
        const actual = Array.from(expected, (_, i) => gradients[start + Math.floor((i * data.length) / expected.length)]!);
        const scale = Math.max(1e-3, ...expected.map(Math.abs));
        expect(largestDifference(actual, expected) / scale, tensor).toBeLessThanOrEqual(GRADIENT_TOLERANCE);
      }
    };
    const stepOf = async (kind: 'lora' | 'full') => {
      const { config } = checkpoint;
      const adapter = readAdapter(golden.adapter);
      const lora = { r: adapter.r, alpha: adapter.alpha, dropout: 0, targetModules: adapter.targetModules };
      const graph = buildStepGraph({ config, maxLength: CONTEXT, goal, ...(kind === 'lora' ? { lora } : {}) });
      const source = kind === 'lora' ? adapter.tensors : weights;
      const store = storeParameters(graph.parameters, (tensor) => source.get(tensor)!.data);
      const setting = { config, dropout: 0, seed: 0, maxTokens: 512, references: {}, apart: false };
      const step = await StepRunner.create(graph, store, weights, 1, setting);
      const { loss } = await step.run(0, units, {}, () => {});
      expectGradients(kind, store, step.gradients);
      await step.close();
      return { loss, names: [...store.tensors.keys()], wanted: [...source.keys()] };
    };

    test('of an adapter on every linear layer', async () => {
      const { loss, names, wanted } = await stepOf('lora');
      expect(loss).toBeCloseTo(golden.training.loraLoss, 4);
      expect(names.toSorted()).toEqual(wanted.toSorted());
    });

    test('of every weight', async () => {
      const { loss } = await stepOf('full');
      expect(loss).toBeCloseTo(golden.training.fullLoss, 4);
    });
  });
});
