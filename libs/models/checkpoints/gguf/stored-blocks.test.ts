// Files with Q8_0, Q4_0 and Q4_1: their blocks are kept as they are and stand for the same numbers.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GgufMetadata, type GgufTensorBytes, writeGguf } from '#testing/gguf-writer.js';
import { isBlocks, widenedBlocks } from '../../tensors/block-tensor.js';
import { openCheckpoint } from '../checkpoint.js';
import { readServedWeights } from '../served-weights.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-blocks-'));
});
afterAll(() => rm(dir, { recursive: true }));

const [HIDDEN, INNER, VOCABULARY] = [64, 96, 40];
const TYPES = {
  Q4_0: { id: 2, bytes: 18 },
  Q4_1: { id: 3, bytes: 20 },
  Q8_0: { id: 8, bytes: 34 },
} as const;
type Type = keyof typeof TYPES;

/** Random integers under scales, and minima of Q4_1, of about 1/100; every sixteenth is negative. */
function blocks(rows: number, columns: number, type: Type, seed: number): GgufTensorBytes {
  const { id, bytes: size } = TYPES[type];
  const bytes = Uint8Array.from({ length: (rows * columns * size) / 32 }, (_, i) =>
    Math.floor(128 * (1 + Math.sin((i + 1) * 12.9898 + seed))),
  );
  for (let at = 0; at < bytes.length; at += size) {
    bytes[at + 1] = at % (16 * size) ? 0x21 : 0xa1;
    if (type === 'Q4_1') bytes[at + 3] = 0xa1;
  }
  return { dims: [rows, columns], type: id, bytes };
}
const floats = (length: number): GgufTensorBytes => ({
  dims: [length],
  type: 0,
  bytes: new Uint8Array(new Float32Array(length).fill(1).buffer),
});

type Shapes = Readonly<Record<string, readonly [number, number] | number>>;
const FILES: Readonly<Record<string, { metadata: GgufMetadata; layer: Shapes; outer: Shapes }>> = {
  // Rows of queries and keys lie in pairs.
  llama: {
    metadata: {
      'llama.attention.layer_norm_rms_epsilon': 1e-5,
      'llama.rope.freq_base': 10_000,
      'llama.rope.dimension_count': 16,
    },
    layer: {
      attn_norm: HIDDEN,
      attn_q: [HIDDEN, HIDDEN],
      attn_k: [HIDDEN / 2, HIDDEN],
      attn_v: [HIDDEN / 2, HIDDEN],
      attn_output: [HIDDEN, HIDDEN],
      ffn_norm: HIDDEN,
      ffn_gate: [INNER, HIDDEN],
      ffn_up: [INNER, HIDDEN],
      ffn_down: [HIDDEN, INNER],
    },
    outer: { token_embd: [VOCABULARY, HIDDEN], output_norm: HIDDEN },
  },
  // Rows of the fused matrix are those of one head after another in Hugging Face's.
  bloom: {
    metadata: { 'bloom.attention.layer_norm_epsilon': 1e-5 },
    layer: {
      attn_norm: HIDDEN,
      attn_qkv: [3 * HIDDEN, HIDDEN],
      attn_output: [HIDDEN, HIDDEN],
      ffn_norm: HIDDEN,
      ffn_up: [4 * HIDDEN, HIDDEN],
      ffn_down: [HIDDEN, 4 * HIDDEN],
    },
    outer: { token_embd: [VOCABULARY, HIDDEN], token_embd_norm: HIDDEN, output_norm: HIDDEN },
  },
  // Matrices are [in, out] in Hugging Face's.
  gpt2: {
    metadata: { 'gpt2.attention.layer_norm_epsilon': 1e-5 },
    layer: {
      attn_norm: HIDDEN,
      attn_qkv: [3 * HIDDEN, HIDDEN],
      attn_output: [HIDDEN, HIDDEN],
      ffn_norm: HIDDEN,
      ffn_up: [INNER, HIDDEN],
      ffn_down: [HIDDEN, INNER],
    },
    outer: {
      token_embd: [VOCABULARY, HIDDEN],
      position_embd: [32, HIDDEN],
      output_norm: HIDDEN,
    },
  },
};

async function writeModel(family: string, type: Type): Promise<string> {
  const { metadata, layer, outer } = FILES[family]!;
  const tensors = new Map<string, GgufTensorBytes>();
  const hasBias = family !== 'llama';
  const add = (name: string, shape: Shapes[string]): void => {
    const [rows, matrix] = typeof shape === 'number' ? [shape] : [shape[0], shape];
    tensors.set(`${name}.weight`, matrix ? blocks(...matrix, type, tensors.size) : floats(rows));
    if (hasBias && !/token_embd$|position_embd/.test(name))
      tensors.set(`${name}.bias`, floats(rows));
  };
  for (const [name, shape] of Object.entries(outer)) add(name, shape);
  for (const [name, shape] of Object.entries(layer)) add(`blk.0.${name}`, shape);
  const path = join(dir, `${family}-${type}.gguf`);
  const sizes = {
    block_count: 1,
    context_length: 32,
    embedding_length: HIDDEN,
    feed_forward_length: family === 'bloom' ? 4 * HIDDEN : INNER,
    'attention.head_count': 4,
    'attention.head_count_kv': family === 'llama' ? 2 : 4,
  };
  const head = { 'general.architecture': family, ...metadata };
  for (const [key, value] of Object.entries(sizes))
    Object.assign(head, { [`${family}.${key}`]: value });
  await writeFile(path, writeGguf(head, tensors));
  return path;
}

const cases = Object.keys(FILES).flatMap((family) =>
  (['Q4_0', 'Q4_1', 'Q8_0'] as const).map((type) => ({ family, type })),
);
test.each(cases)('$family in $type: blocks stand for the numbers that are read', async (of) => {
  const checkpoint = await openCheckpoint(await writeModel(of.family, of.type));
  const matrices = checkpoint.tensorNames().filter((name) => checkpoint.dims(name).length > 1);
  expect(matrices.length).toBeGreaterThan(3);
  for (const name of matrices) {
    const tensor = await checkpoint.readBlocks!(name);
    expect(tensor!.bits, name).toBe(of.type === 'Q8_0' ? 8 : 4);
    expect(widenedBlocks(tensor!), name).toEqual({
      dims: checkpoint.dims(name),
      data: await checkpoint.read(name),
    });
  }
});

test('blocks of as few bits as asked for stay as they are; others are made anew', async () => {
  const [few, many] = [
    await openCheckpoint(await writeModel('llama', 'Q4_0')),
    await openCheckpoint(await writeModel('llama', 'Q8_0')),
  ];
  const bitsOf = async (checkpoint: typeof few, precision: 'int8' | 'int4') => {
    const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
    const [embedding, layer] = [
      'model.embed_tokens.weight',
      'model.layers.0.mlp.up_proj.weight',
    ].map((name) => weights.get(name)!);
    return [embedding!, layer!].map((weight) => isBlocks(weight) && weight.bits);
  };
  expect(await bitsOf(few, 'int8')).toEqual([4, 4]);
  expect(await bitsOf(few, 'int4')).toEqual([4, 4]);
  expect(await bitsOf(many, 'int8')).toEqual([8, 8]);
  expect(await bitsOf(many, 'int4')).toEqual([8, 4]);
  const other = await openCheckpoint(await writeModel('llama', 'Q4_1'));
  expect(await bitsOf(other, 'int8')).toEqual([4, 4]);
  expect(await bitsOf(other, 'int4')).toEqual([4, 4]);
});
