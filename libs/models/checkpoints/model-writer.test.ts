import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ggufMetadata, ggufTensors, writeGguf } from '#testing/gguf-writer.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import {
  byteAlphabet,
  TINY_CONFIG,
  TINY_TEMPLATE,
  tinyWeights,
  writeTinyModel,
} from '#testing/tiny-model.js';
import { mergeAdapter } from '../adapters/adapter-algebra.js';
import { wholeModel } from '../adapters/adapter-files.js';
import { type Adapter, savedTensorName } from '../adapters/adapter.js';
import type { TensorData } from '../types.js';
import { openCheckpoint } from './checkpoint.js';
import { hfConfigText } from './hf-config.js';
import { writeModel } from './model-writer.js';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';
const PLAIN = { dtype: 'F32', maxShardBytes: 1e9 } as const;

let dir: string;
let base: string;
let folder: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-merge-'));
  [base, folder] = [join(dir, 'base'), join(dir, 'merged')];
});
afterEach(() => rm(dir, { recursive: true }));

const json = async (file: string) =>
  JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;

test('products are added to the weights, and the rest of the folder comes along', async () => {
  const weights = await writeTinyModel(base);
  await writeFile(join(base, 'generation_config.json'), '{"eos_token_id": 258}');
  await writeFile(join(base, 'notes.md'), 'of the base');
  const adapter = tinyAdapter(TINY_CONFIG, { targetModules: ['q_proj', 'down_proj'] });
  const { parameters, files } = await writeModel(await openCheckpoint(base), {
    folder,
    ...PLAIN,
    adapter,
  });
  expect(files).toEqual([
    'SHA256SUMS',
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect((await readdir(folder)).toSorted()).toEqual(files);
  expect(await json('config.json')).toMatchObject({
    model_type: 'llama',
    dtype: 'float32',
    tie_word_embeddings: true,
  });
  const merged = await openCheckpoint(folder);
  expect(parameters).toBe([...weights.values()].reduce((sum, { data }) => sum + data.length, 0));
  for (const [name, { dims, data }] of weights) {
    const expected = data.slice();
    mergeAdapter(adapter, name, { dims, data: expected });
    expect(await merged.read(name)).toEqual(expected);
    expect(/q_proj|down_proj/.test(name)).toBe(expected.some((x, i) => x !== data[i]));
  }
  expect((await merged.tokenizer()).eosIds).toContain(258);
});

test('weights are cut into shards of 16-bit numbers', async () => {
  const weights = await writeTinyModel(base, { shards: 2 });
  const numbers = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  await writeModel(await openCheckpoint(base), { folder, dtype: 'BF16', maxShardBytes: 8000 });
  const shards = (await readdir(folder)).filter((file) => file.endsWith('.safetensors'));
  expect(shards.length).toBeGreaterThan(4);
  expect(shards[0]).toBe(`model-00001-of-${String(shards.length).padStart(5, '0')}.safetensors`);
  const sizes = await Promise.all(
    shards.map(async (file) => (await stat(join(folder, file))).size),
  );
  expect(sizes.filter((size) => size > 10_000)).toHaveLength(1); // the embeddings alone are larger
  expect(await json('model.safetensors.index.json')).toMatchObject({
    metadata: { total_size: 2 * numbers },
  });
  const merged = await openCheckpoint(folder);
  expect(
    Math.abs((await merged.read(EMBEDDING))[7]! - tinyWeights().get(EMBEDDING)!.data[7]!),
  ).toBeLessThan(0.01);
});

test('a GGUF file becomes a folder of its own', async () => {
  const file = join(dir, 'tiny.gguf');
  await writeFile(
    file,
    writeGguf(
      ggufMetadata(TINY_CONFIG, byteAlphabet(), TINY_TEMPLATE),
      ggufTensors(TINY_CONFIG, tinyWeights()),
    ),
  );
  const source = await openCheckpoint(file);
  await writeModel(source, { folder, ...PLAIN });
  const merged = await openCheckpoint(folder);
  expect(merged.config).toEqual(source.config);
  for (const name of source.tensorNames())
    expect(await merged.read(name)).toEqual(await source.read(name));
  const [ours, theirs] = [await merged.tokenizer(), await source.tokenizer()];
  const text = 'Ada lives\n in <|im_end|> Ülm 12';
  expect(ours.encode(text, { addSpecial: true })).toEqual(
    theirs.encode(text, { addSpecial: true }),
  );
  expect([ours.bosId, ours.eosIds, ours.chatTemplate]).toEqual([
    theirs.bosId,
    theirs.eosIds,
    theirs.chatTemplate,
  ]);
});

test('embeddings and head are untied where the adapter gives them numbers of their own, and stay tied otherwise', async () => {
  const weights = await writeTinyModel(base);
  const embedding = weights.get(EMBEDDING)!;
  const twice = { dims: embedding.dims, data: embedding.data.map((x) => 2 * x) };
  const checkpoint = await openCheckpoint(base);
  const saved = (name: string): Adapter => ({
    ...tinyAdapter(TINY_CONFIG),
    tensors: new Map([[savedTensorName(name), twice]]),
  });

  await writeModel(checkpoint, {
    folder: join(dir, 'embedding'),
    ...PLAIN,
    adapter: saved(EMBEDDING),
  });
  const untied = await openCheckpoint(join(dir, 'embedding'));
  expect(untied.config.tieWordEmbeddings).toBe(false);
  expect([await untied.read(EMBEDDING), await untied.read(HEAD)]).toEqual([
    twice.data,
    embedding.data,
  ]);

  await writeModel(checkpoint, { folder: join(dir, 'head'), ...PLAIN, adapter: saved(HEAD) });
  const withHead = await openCheckpoint(join(dir, 'head'));
  expect([await withHead.read(EMBEDDING), await withHead.read(HEAD)]).toEqual([
    embedding.data,
    twice.data,
  ]);

  await writeModel(checkpoint, {
    folder: join(dir, 'whole'),
    ...PLAIN,
    adapter: wholeModel(new Map([[EMBEDDING, twice]])),
  });
  const tied = await openCheckpoint(join(dir, 'whole'));
  expect([tied.config.tieWordEmbeddings, await tied.read(EMBEDDING)]).toEqual([true, twice.data]);
});

test('nothing is overwritten, and a failure leaves nothing behind', async () => {
  await writeTinyModel(base);
  const checkpoint = await openCheckpoint(base);
  await expect(writeModel(checkpoint, { folder: base, ...PLAIN })).rejects.toThrow(
    `${base} already exists`,
  );
  const foreign = tinyAdapter({ ...TINY_CONFIG, hiddenSize: 16 }, { targetModules: ['down_proj'] });
  await expect(writeModel(checkpoint, { folder, ...PLAIN, adapter: foreign })).rejects.toThrow(
    /down_proj\.weight is \[32, 48\], the adapter is for \[16, 48\]/,
  );
  const other = tinyAdapter({ ...TINY_CONFIG, numHiddenLayers: 3 });
  await expect(writeModel(checkpoint, { folder, ...PLAIN, adapter: other })).rejects.toThrow(
    'the adapter changes model.layers.2.mlp.down_proj.weight, which this model does not have',
  );
  expect(await readdir(dir)).toEqual(['base']);
});

test('numbers that Python needs as floats are written as such, others as they were', () => {
  const config = {
    final_logit_softcapping: 30,
    attn_logit_softcapping: 12.5,
    rms_norm_eps: 1e-6,
    sliding_window: 4096,
  };
  const text = hfConfigText(config);
  expect(text).toContain('"final_logit_softcapping": 30.0,\n');
  expect(text).toContain('"sliding_window": 4096\n');
  expect(JSON.parse(text)).toEqual(config);
});

test('a number that the type cannot hold is refused by its tensor, and nothing is written', async () => {
  const weights = tinyWeights();
  weights.get('model.norm.weight')!.data[3] = 70_000;
  await writeTinyModel(base, { weights });
  const checkpoint = await openCheckpoint(base);
  await expect(
    writeModel(checkpoint, { folder, dtype: 'F16', maxShardBytes: 1e9 }),
  ).rejects.toThrow('tensor model.norm.weight holds 70000, which is too large for F16');
  expect(await readdir(dir)).toEqual(['base']);
  await writeModel(checkpoint, { folder, dtype: 'BF16', maxShardBytes: 1e9 });
});

test.each([
  ['F32', 'F32'],
  ['F16', 'F16'],
  ['BF16', 'BF16'],
] as const)('a checkpoint in %s says so', async (dtype, said) => {
  await writeTinyModel(base, { dtype, shards: 2 });
  expect((await openCheckpoint(base)).dtype).toBe(said);
});

/** peft#1457: tokens were added, so embedding and head are kept whole beside the products. */
describe('an adapter with a grown vocabulary', () => {
  const rows = TINY_CONFIG.vocabSize + 3;
  const grown = (seed: number): TensorData => ({
    dims: [rows, TINY_CONFIG.hiddenSize],
    data: Float32Array.from(
      { length: rows * TINY_CONFIG.hiddenSize },
      (_, i) => ((i + seed) % 9) / 9,
    ),
  });
  const adapter = (names: readonly string[]): Adapter => {
    const low = tinyAdapter(TINY_CONFIG);
    const saved = names.map((name, i) => [savedTensorName(name), grown(i)] as const);
    return { ...low, tensors: new Map([...low.tensors, ...saved]) };
  };

  test('is merged with it', async () => {
    await writeTinyModel(base);
    const checkpoint = await openCheckpoint(base);
    await writeModel(checkpoint, { folder, ...PLAIN, adapter: adapter([EMBEDDING, HEAD]) });
    const merged = await openCheckpoint(folder);
    expect(merged.config).toMatchObject({ vocabSize: rows, tieWordEmbeddings: false });
    expect(await json('config.json')).toMatchObject({ vocab_size: rows });
    expect(await merged.read(EMBEDDING)).toEqual(grown(0).data);
    expect(await merged.read(HEAD)).toEqual(grown(1).data);
  });

  test('of the embedding alone keeps a tie that it is told to keep, and is refused otherwise', async () => {
    await writeTinyModel(base);
    const checkpoint = await openCheckpoint(base);
    const alone = adapter([EMBEDDING]);
    await expect(writeModel(checkpoint, { folder, ...PLAIN, adapter: alone })).rejects.toThrow(
      `has ${rows} rows and the model's 259, expected lm_head.weight of as many beside it`,
    );
    await writeModel(checkpoint, { folder, ...PLAIN, adapter: { ...alone, keepsTie: true } });
    expect((await openCheckpoint(folder)).config).toMatchObject({
      vocabSize: rows,
      tieWordEmbeddings: true,
    });
  });
});
