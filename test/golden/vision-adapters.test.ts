// Adapters that change how a model sees against PEFT's numbers: what they make of a picture, what is said
// after it, and what they learn.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { readAdapter, writeAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { type Adapter, moduleName, named } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { traceOf } from '#models/passes/trace.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { TensorData } from '#models/types.js';
import { mergedSeeing, seeingChanged, seeingPart } from '#models/vision/adapter-parts.js';
import { madeWithout } from '#models/vision/made-without.js';
import { nameInMemory } from '#models/vision/published-names.js';
import { seeingLinears } from '#models/vision/seeing-linears.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { takePlainStep } from './plain-step.js';
import { VisionRun, visionRoot } from './vision-run.js';

const TOLERANCE = 1e-4;
const root = join(goldenRoot, 'vision-adapters');
const temp = useTempFolder();

const { losses } = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as {
  losses: Readonly<Record<'connector' | 'tower', Readonly<Record<string, number>>>>;
};
const expected = parseSafetensors(readFileSync(join(root, 'expected.safetensors')), 'expected');
const wanted = (name: string): TensorData => required(expected, name);
const filesOf = (name: string, kind: string) => readAdapterFolder(join(root, name, kind));
const namesIn = (bytes: Uint8Array): string[] => [...parseSafetensors(bytes, 'adapter').keys()];

describe.each(Object.keys(losses.connector))('%s', (name) => {
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

  const learned = (['connector', 'tower'] as const).filter((kind) => name in losses[kind]);
  test.each(learned)(
    "an adapter of the %s learns as PEFT's does, and is written under its names",
    async (kind) => {
      const run = await VisionRun.open(name);
      const { config } = run;
      const files = await filesOf(name, kind);
      const adapter = readAdapter(files);
      const seeing = madeWithout(config, seeingChanged(config, adapter));
      const { step, loss } = await takePlainStep({
        config,
        maxLength: 128,
        rows: [await run.learned(seeing)],
        weights: await run.trainedFrom(seeing),
        trained: adapter.tensors,
        lora: { ...adapter, dropout: 0 },
        seeing,
      });
      expect(loss).toBeCloseTo(required(losses[kind], name), 4);
      const found = step.gradientsOf('all');
      // PEFT adapts blocks that nothing reads, too.
      const linears = new Map([...traceOf(config).linears, ...seeingLinears(config)]);
      const isRead = (tensor: string): boolean =>
        [...linears.keys()].some((weight) => tensor.includes(`.${moduleName(weight)}.lora_`));
      const trained = [...adapter.tensors.keys()].filter(isRead);
      expect([...found.keys()].toSorted()).toEqual(trained.toSorted());
      const ours: Adapter = { ...named(adapter), tensors: found };
      const written = writeAdapter(ours, (tensor) => nameInMemory(config, tensor));
      const [gradients, peft] = [written, files].map((one) => one['adapter_model.safetensors']);
      const begin = `${name}.${kind}.gradient.`;
      const learnedBy = [...expected.keys()].filter((tensor) => tensor.startsWith(begin));
      expect(namesIn(peft!)).toEqual(expect.arrayContaining(namesIn(gradients!)));
      expect(
        namesIn(gradients!)
          .map((tensor) => begin + tensor)
          .toSorted(),
      ).toEqual(learnedBy.toSorted());
      for (const [tensor, { data }] of parseSafetensors(gradients!, 'gradients'))
        expect(
          largestDifference(data, wanted(`${name}.${kind}.gradient.${tensor}`).data),
          tensor,
        ).toBeLessThanOrEqual(TOLERANCE);
    },
  );
});
