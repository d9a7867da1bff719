// Models that see against transformers' numbers: tower, features, and the text with features among
// its tokens.

import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { loadAdapter } from '#generation/running/adapter-rows.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { readVisionWeights } from '#models/checkpoints/vision-weights.js';
import { linearKinds } from '#models/passes/trace.js';
import { parseSafetensors, writeSafetensors } from '#models/tensors/safetensors.js';
import type { TensorData } from '#models/types.js';
import { publishedName } from '#models/vision/published-names.js';
import { allTensors } from '#models/vision/vision-tensors.js';
import { useTempFolder } from '#testing/temp-store.js';
import type { Difference } from './golden-run.js';
import { visionNames, VisionRun, type VisionRow } from './vision-run.js';

const TOLERANCE = 1e-4;
const TIE = 1e-3;
const temp = useTempFolder();

const expectClose = ({ worst, tensor }: Difference): void =>
  expect(worst, tensor).toBeLessThanOrEqual(TOLERANCE);

describe.each(visionNames())('%s', (name) => {
  let run: VisionRun;
  beforeAll(async () => {
    run = await VisionRun.open(name);
  });
  test("the tower's stream and the features, tiles together or one by one", async () => {
    expectClose(await run.stream());
    expectClose(await run.everyFeature());
  });

  test.each<VisionRow>(['plain', 'image', 'two'])('the row "%s"', async (row) => {
    expectClose(await run.row(row));
  });

  test.each<VisionRow>(['plain', 'image', 'two'])('the row "%s", served', async (row) => {
    expectClose(await run.served(row));
  });

  test('64 tokens after a picture', async () => {
    const { tokens, leastMargin } = run.expected.generated;
    expect(tokens).toHaveLength(64);
    expect(leastMargin).toBeGreaterThan(TIE);
    expect(await run.tokens()).toEqual(tokens);
    expect(await run.servedTokens()).toEqual(tokens);
  });

  test("a PEFT adapter of the text tower by transformers' names", async () => {
    expectClose(await run.adapter());
  });

  test('text alone is read as the plain family, and LoRA adapts no part of the tower', async () => {
    expectClose(await run.text());
    for (const kind of linearKinds(run.config))
      expect(['out_proj', 'fc1', 'fc2', 'linear_1', 'proj', 'qkv', '0']).not.toContain(kind);
  });

  test('served in few bits, the text is rounded and the tower is not', async () => {
    const checkpoint = await openCheckpoint(run.path);
    const served = await readServedWeights(checkpoint, { precision: 'int4', halfWeights: true });
    expect([...served.keys()].filter((tensor) => !tensor.startsWith('model.'))).toEqual(
      run.config.tieWordEmbeddings ? [] : ['lm_head.weight'],
    );
    const seeing = await readVisionWeights(checkpoint);
    expect(seeing.size).toBeGreaterThan(10);
    for (const { dims, data } of seeing.values())
      expect(data).toHaveLength(dims.reduce((product, size) => product * size, 1));
  });

  test('no row of a batch has an adapter of the tower: it is refused by what it changes', () => {
    const module =
      run.vision.layout === 'grid'
        ? 'visual.blocks.0.attn.proj'
        : 'vision_tower.encoder.layers.0.self_attn.q_proj';
    const layer = `base_model.model.model.${module}`;
    const half = (dims: number[]): TensorData => ({
      dims,
      data: new Float32Array(dims.reduce((product, size) => product * size, 1)),
    });
    const files = {
      'adapter_config.json': new TextEncoder().encode(
        JSON.stringify({
          peft_type: 'LORA',
          r: 2,
          lora_alpha: 2,
          target_modules: [module.split('.').at(-1)],
        }),
      ),
      'adapter_model.safetensors': writeSafetensors(
        new Map([
          [`${layer}.lora_A.weight`, half([2, 24])],
          [`${layer}.lora_B.weight`, half([24, 2])],
        ]),
      ),
    };
    expect(() => loadAdapter(readAdapter(files), run.config)).toThrow(
      `the adapter changes ${module}.weight, which this model does not adapt`,
    );
  });

  test('the same weights under their other names', async () => {
    const first = await openCheckpoint(run.path);
    // Without what is not read, an old file's whole numbers among it.
    const published = new Map<string, TensorData>();
    for (const tensor of allTensors(first.config).keys())
      published.set(publishedName(first.config, tensor), {
        dims: first.dims(tensor),
        data: await first.read(tensor),
      });
    const forms = new Map(Object.entries(run.expected.names));
    for (const form of [0, 1] as const) {
      const folder = join(temp.path, `${name}-${form}`);
      await mkdir(folder);
      await copyFile(join(run.path, 'config.json'), join(folder, 'config.json'));
      const renamed = [...published].map(
        ([tensor, data]) => [required(forms, tensor)[form], data] as const,
      );
      await writeFile(join(folder, 'model.safetensors'), writeSafetensors(new Map(renamed)));
      const other = await openCheckpoint(folder);
      expect(other.tensorNames()).toHaveLength(published.size);
      for (const tensor of other.tensorNames())
        expect(await other.read(tensor), tensor).toEqual(await first.read(tensor));
    }
  });

  test('written again, it has the published names and all weights', async () => {
    const folder = join(temp.path, name);
    const checkpoint = await openCheckpoint(run.path);
    await writeModel(checkpoint, { folder, dtype: 'F32', maxShardBytes: 2 ** 30 });
    const written = parseSafetensors(await readFile(join(folder, 'model.safetensors')), folder);
    expect([...written.keys()].toSorted()).toEqual(Object.keys(run.expected.names).toSorted());
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect('vocab_size' in config).toBe(!('text_config' in config));
    expect(parseHfConfig('config.json', config)).toEqual(checkpoint.config);
  });
});
