import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { byteTokenizer, TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { TokenizerMismatchError } from '../errors/tokenizer-mismatch.error.js';
import { UnknownModelError } from '../errors/unknown-model.error.js';
import { openCheckpoint } from './checkpoint.js';
import { findModel, listModels } from './model-folders.js';

let dir: string;
let model: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-checkpoint-'));
  model = join(dir, 'tiny');
});
afterEach(() => rm(dir, { recursive: true }));

describe('a Hugging Face folder', () => {
  test.each([
    ['F32', 1, 0],
    ['F16', 1, 2 ** -10],
    ['BF16', 3, 2 ** -7],
  ] as const)('in %s with %i shards reads back its weights', async (dtype, shards, tolerance) => {
    const weights = await writeTinyModel(model, { dtype, shards });
    const checkpoint = await openCheckpoint(model);
    expect(checkpoint.config).toEqual(TINY_CONFIG);
    expect(checkpoint.tensorNames().toSorted()).toEqual([...weights.keys()].toSorted());
    for (const [name, { dims, data }] of weights) {
      const read = await checkpoint.read(name);
      expect(checkpoint.dims(name)).toEqual(dims);
      const worst = data.reduce(
        (max, value, i) => Math.max(max, Math.abs(value - read[i]!) / Math.abs(value || 1)),
        0,
      );
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
  });

  test('cut short is refused with the tensor that is cut', async () => {
    await writeTinyModel(model);
    const file = join(model, 'model.safetensors');
    await truncate(file, (await readFile(file)).length - 10);
    await expect(openCheckpoint(model)).rejects.toThrow(
      /model\.safetensors is truncated: tensor model\.norm\.weight/,
    );
    await truncate(file, 4);
    await expect(openCheckpoint(model)).rejects.toThrow(CheckpointError);
  });

  test('with a shard that is cut short or missing is refused by its file', async () => {
    await writeTinyModel(model, { shards: 3 });
    const file = join(model, 'model-00002-of-00003.safetensors');
    await truncate(file, (await readFile(file)).length - 1);
    await expect(openCheckpoint(model)).rejects.toThrow(
      /model-00002-of-00003\.safetensors is truncated: tensor model\./,
    );
    await rm(file);
    await expect(openCheckpoint(model)).rejects.toThrow(
      /model-00002-of-00003\.safetensors is missing/,
    );
    await writeFile(
      join(model, 'model.safetensors.index.json'),
      '{"weight_map": {"model.norm.weight": "../elsewhere.safetensors"}}',
    );
    await expect(openCheckpoint(model)).rejects.toThrow(
      /index\.json: weight_map: expected names of files in the folder/,
    );
  });

  test('whose header gives tensors that overlap, or bytes to none, is refused by the tensor', async () => {
    await writeTinyModel(model);
    const file = join(model, 'model.safetensors');
    const bytes = await readFile(file);
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString();
    const name = 'model.layers.0.input_layernorm.weight';
    const entry = new RegExp(`"${name}":.*?"data_offsets":\\[(\\d+),(\\d+)\\]`).exec(header)!;
    const [start, end] = [Number(entry[1]), Number(entry[2])];
    // Digits of the same number keep the header's length.
    const moved = entry[0].replace(`[${start},${end}]`, `[${start - 4},${end - 4}]`);
    expect(moved).toHaveLength(entry[0].length);
    bytes.write(header.replace(entry[0], moved), 8);
    await writeFile(file, bytes);
    await expect(openCheckpoint(model)).rejects.toThrow(
      `tensor ${name} was expected to begin at byte ${start} of the data, its offsets give ${start - 4}`,
    );
  });

  test('with a broken header is refused', async () => {
    await writeTinyModel(model);
    const file = join(model, 'model.safetensors');
    const bytes = await readFile(file);
    bytes[9] = 0;
    await writeFile(file, bytes);
    await expect(openCheckpoint(model)).rejects.toThrow(/is corrupt: its header is not JSON/);
    bytes.writeBigUInt64LE(2n ** 40n);
    await writeFile(file, bytes);
    await expect(openCheckpoint(model)).rejects.toThrow(/is not a safetensors file/);
  });

  test('with a missing or misshapen tensor is refused by its name', async () => {
    const weights = tinyWeights();
    weights.set('model.norm.weight', { dims: [4], data: new Float32Array(4) });
    await writeTinyModel(model, { weights });
    await expect(openCheckpoint(model)).rejects.toThrow(
      'tensor model.norm.weight has shape [4], expected [32]',
    );
    weights.delete('model.norm.weight');
    await writeTinyModel(model, { weights });
    await expect(openCheckpoint(model)).rejects.toThrow(
      'tensor model.norm.weight is missing, expected [32]',
    );
  });

  test('with a tensor that its configuration does not know is refused, but for known leftovers', async () => {
    const extra = { dims: [4], data: new Float32Array(4) };
    await writeTinyModel(model, {
      weights: tinyWeights()
        .set('lm_head.weight', tinyWeights().get('model.embed_tokens.weight')!)
        .set('model.layers.0.self_attn.rotary_emb.inv_freq', extra),
    });
    await openCheckpoint(model);
    await writeTinyModel(model, {
      weights: tinyWeights().set('model.layers.0.self_attn.q_proj.bias', extra),
    });
    await expect(openCheckpoint(model)).rejects.toThrow(
      'q_proj.bias is not part of a llama model with this configuration',
    );
  });

  test('of another architecture or with missing files is refused', async () => {
    await writeTinyModel(model);
    const path = join(model, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, model_type: 'gptx' }));
    await expect(openCheckpoint(model)).rejects.toThrow(
      /config\.json: model_type: expected one of .*llama.*, found "gptx"/,
    );
    await writeFile(path, JSON.stringify({ ...config, rope_scaling: { rope_type: 'yarn' } }));
    await expect(openCheckpoint(model)).rejects.toThrow(
      /rope scaling "yarn" is not supported, expected one of default, linear/,
    );
    await writeFile(path, JSON.stringify({ ...config, rope_scaling: { rope_type: 'llama3' } }));
    await expect(openCheckpoint(model)).rejects.toThrow(/rope_scaling: factor is missing/);
    await writeFile(path, JSON.stringify({ ...config, hidden_act: 'gelu' }));
    await expect(openCheckpoint(model)).rejects.toThrow(/hidden_act: .*"silu", found "gelu"/);
    await writeFile(path, JSON.stringify(config));
    await rm(join(model, 'model.safetensors'));
    await expect(openCheckpoint(model)).rejects.toThrow(/model\.safetensors is missing/);
    await expect(openCheckpoint(join(dir, 'absent'))).rejects.toThrow(/there is no model at/);
  });

  test('whose tokenizer spells text with ids beyond the weights is refused', async () => {
    const tokenizer = byteTokenizer() as { model: { vocab: Record<string, number> } };
    const { vocab } = tokenizer.model;
    await writeTinyModel(model, {
      tokenizer: { ...tokenizer, model: { ...tokenizer.model, vocab: { ...vocab, Ġextra: 259 } } },
    });
    const checkpoint = await openCheckpoint(model);
    await expect(checkpoint.tokenizer()).rejects.toThrow(TokenizerMismatchError);
  });
});

describe('the registry', () => {
  test('finds models by name and lists what it knows otherwise', async () => {
    await writeTinyModel(model);
    await writeTinyModel(join(dir, 'other'));
    await writeFile(join(dir, 'notes.txt'), '');
    const dirs = [dir, join(dir, 'absent')];
    expect(await findModel('tiny', dirs)).toBe(model);
    expect((await listModels(dirs)).map(({ name }) => name)).toEqual(['other', 'tiny']);
    await expect(findModel('../tiny', dirs)).rejects.toThrow(UnknownModelError);
    await expect(findModel('tina', dirs)).rejects.toThrow(
      'unknown model "tina"; known: other, tiny',
    );
  });
});
