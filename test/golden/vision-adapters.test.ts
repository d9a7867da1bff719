// Adapters that change how a model sees against PEFT's numbers: what they make of a picture, what is said
// after it, and what a connector learns.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { chooseObjective } from '#contracts/objectives/index.js';
import { readAdapter, writeAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { type Adapter, adaptedWeights, moduleName } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { TensorData } from '#models/types.js';
import { mergedSeeing, seeingPart } from '#models/vision/adapter-parts.js';
import { nameInMemory } from '#models/vision/published-names.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { attentionCost } from '#training/examples/example-groups.js';
import { storeParameters } from '#training/run/parameters.js';
import { buildStepGraph } from '#training/run/step-graph.js';
import { StepRunner } from '#training/run/step-runner.js';
import { VisionRun, visionRoot } from './vision-run.js';

const TOLERANCE = 1e-4;
const compute = { device: 'cpu', threads: 1 } as const;
const root = join(goldenRoot, 'vision-adapters');
const temp = useTempFolder();

const { losses } = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as {
  losses: Readonly<Record<string, number>>;
};
const expected = parseSafetensors(readFileSync(join(root, 'expected.safetensors')), 'expected');
const wanted = (name: string): TensorData => required(expected, name);
const filesOf = (name: string, kind: string) => readAdapterFolder(join(root, name, kind));
const namesIn = (bytes: Uint8Array): string[] => [...parseSafetensors(bytes, 'adapter').keys()];

describe.each(Object.entries(losses))('%s', (name, loss) => {
  test.each(['connector', 'tower'])('a picture through an adapter of the %s', async (kind) => {
    const run = await VisionRun.open(name);
    const { features, logits } = await run.seenBy(readAdapter(await filesOf(name, kind)));
    const differences = [
      largestDifference(features, wanted(`${name}.${kind}.features`).data),
      largestDifference(logits, wanted(`${name}.${kind}.logits`).data.slice(-logits.length)),
    ];
    expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE);
  });

  test('merged, the model has what the adapter says in the place of its own', async () => {
    const checkpoint = await openCheckpoint(join(visionRoot, name));
    const adapter = readAdapter(await filesOf(name, 'tower'));
    const folder = join(temp.path, name);
    await writeModel(checkpoint, { folder, dtype: 'F32', maxShardBytes: 1e9, adapter });
    const part = seeingPart(checkpoint.config, adapter);
    const own = await readVisionWeights(checkpoint);
    expect(part && mergedSeeing(own, part)).toEqual(
      await readVisionWeights(await openCheckpoint(folder)),
    );
    expect(part && mergedSeeing(own, part)).not.toEqual(own);
  });

  test("a connector's adapter learns as PEFT's does, and is written under its names", async () => {
    const run = await VisionRun.open(name);
    const { config } = run;
    const files = await filesOf(name, 'connector');
    const adapter = readAdapter(files);
    const weights = await run.trainedFrom();
    const graph = buildStepGraph({
      config,
      maxLength: 128,
      lora: { ...adapter, dropout: 0 },
      goal: {
        objective: chooseObjective('sft'),
        retainTerms: [],
        targetWeight: 1,
        retainWeights: { gdr: 1, klr: 1 },
        seed: 0,
      },
      seeing: 'rows',
    });
    const store = storeParameters(
      graph.parameters,
      (tensor) => required(adapter.tensors, tensor).data,
    );
    const step = await StepRunner.create(graph, store, weights, compute, {
      config,
      dropout: 0,
      seed: 0,
      costs: { maxTokens: 512, packing: false, attention: attentionCost(config), apart: false },
      rank: { index: 0, of: 1 },
      references: {},
    });
    const units = [[{ ...(await run.learned()), index: 0, side: 'target' as const }]];
    const told = await step.run(0, units, {}, () => {});
    await step.close();
    expect(told.loss).toBeCloseTo(loss, 4);
    const found = step.gradientsOf('all');
    expect([...found.keys()].toSorted()).toEqual([...adapter.tensors.keys()].toSorted());
    const ours: Adapter = {
      ...adapter,
      targetModules: adaptedWeights(adapter).map(moduleName),
      tensors: found,
    };
    const written = writeAdapter(ours, (tensor) => nameInMemory(config, tensor));
    const [gradients, peft] = [written, files].map((one) => one['adapter_model.safetensors']);
    expect(namesIn(gradients!).toSorted()).toEqual(namesIn(peft!).toSorted());
    for (const [tensor, { data }] of parseSafetensors(gradients!, 'gradients'))
      expect(
        largestDifference(data, wanted(`${name}.gradient.${tensor}`).data),
        tensor,
      ).toBeLessThanOrEqual(TOLERANCE);
  });
});
