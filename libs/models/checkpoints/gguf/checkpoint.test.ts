import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ggufMetadata,
  ggufTensors,
  halfMatrices,
  writeGguf,
  type GgufMetadata,
} from '#testing/gguf-writer.js';
import { byteAlphabet, TINY_CONFIG, TINY_TEMPLATE, tinyWeights } from '#testing/tiny-model.js';
import { TokenizerMismatchError } from '../../errors/tokenizer-mismatch.error.js';
import { widened } from '../../tensors/half-tensor.js';
import { openCheckpoint } from '../checkpoint.js';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-gguf-'));
  file = join(dir, 'tiny.gguf');
});
afterEach(() => rm(dir, { recursive: true }));

const METADATA = ggufMetadata(TINY_CONFIG, byteAlphabet(), TINY_TEMPLATE);
const TENSORS = ggufTensors(TINY_CONFIG, tinyWeights());

async function openWith(metadata: GgufMetadata, tensors = TENSORS) {
  await writeFile(file, writeGguf(metadata, tensors));
  return openCheckpoint(file);
}

test('a file gives the configuration and weights that it was made of', async () => {
  const checkpoint = await openWith(METADATA);
  expect(checkpoint.name).toBe('tiny');
  expect(checkpoint.config).toEqual(TINY_CONFIG);
  for (const [name, { dims, data }] of tinyWeights()) {
    expect(checkpoint.dims(name)).toEqual(dims);
    expect(await checkpoint.read(name)).toEqual(data);
  }
});

test('matrices in bfloat16 are read in 16 bits, rows in their order; others are not', async () => {
  const cut = halfMatrices(TENSORS, /attn_q|ffn_down/);
  const checkpoint = await openWith(METADATA, cut);
  for (const name of checkpoint.tensorNames()) {
    const half = await checkpoint.readHalf!(name);
    expect(half && widened(half).data, name).toEqual(
      /q_proj|down_proj/.test(name) ? await checkpoint.read(name) : undefined,
    );
  }
  expect([checkpoint.storesHalves, (await openWith(METADATA)).storesHalves]).toEqual([true, false]);
});

test('a folder with one .gguf is a model of the name of the folder', async () => {
  await mkdir(join(dir, 'one'));
  await writeFile(join(dir, 'one', 'x.gguf'), writeGguf(METADATA, TENSORS));
  expect((await openCheckpoint(join(dir, 'one'))).name).toBe('one');
  await writeFile(join(dir, 'one', 'y.gguf'), '');
  await expect(openCheckpoint(join(dir, 'one'))).rejects.toThrow(
    /exactly one GGUF model, found x.gguf, y.gguf/,
  );
});

test('a chat_template.jinja beside the file comes before its own template', async () => {
  await writeFile(
    join(dir, 'chat_template.jinja'),
    'Q {{ messages[0].content }}{% if add_generation_prompt %} A{% endif %}',
  );
  const tokenizer = await (await openWith(METADATA)).tokenizer();
  expect(tokenizer.renderChat([{ role: 'user', content: 'x' }])).toBe('Q x A');
});

test('the tokenizer is built from the metadata', async () => {
  const metadata = {
    ...METADATA,
    'tokenizer.ggml.tokens': [...(METADATA['tokenizer.ggml.tokens'] as string[])],
  };
  metadata['tokenizer.ggml.tokens'][0] = 'Ġt'; // stands in for a byte that the text below lacks
  metadata['tokenizer.ggml.tokens'][1] = 'he';
  const tokenizer = await (await openWith(metadata)).tokenizer();
  expect(tokenizer.encode('a the 12<|im_end|>')).toEqual([97, 0, 1, 32, 49, 50, 258]);
  expect(tokenizer.decode([97, 0, 1, 32, 49, 50, 258])).toBe('a the 12');
  expect(tokenizer).toMatchObject({
    bosId: 257,
    chatTemplate: TINY_TEMPLATE,
    turn: { lead: '', end: '<|im_end|>' },
  });
  expect(tokenizer.eosIds).toEqual([258, 256]);
});

test('a bos token is added where the metadata asks for it', async () => {
  const tokenizer = await (
    await openWith({ ...METADATA, 'tokenizer.ggml.add_bos_token': true })
  ).tokenizer();
  expect(tokenizer.encode('a', { addSpecial: true })).toEqual([257, 97]);
  expect(tokenizer.encode('a')).toEqual([97]);
});

test.each([
  [
    'general.architecture',
    'mamba',
    /general\.architecture is "mamba", expected one of llama, qwen2, /,
  ],
  ['split.count', 3, /is part undefined of 3, expected the first/],
  ['llama.rope.scaling.type', 'yarn', /rope scaling "yarn" is not supported/],
  ['llama.embedding_length', 'many', /llama\.embedding_length: expected a number/],
  [
    'llama.embedding_length',
    64,
    /tensor model\.embed_tokens\.weight has shape \[259, 32\], expected \[259, 64\]/,
  ],
])('metadata %s = %s is refused', async (key, value, message) => {
  await expect(openWith({ ...METADATA, [key]: value })).rejects.toThrow(message);
});

test('a tokenizer with more tokens than the weights have is refused', async () => {
  const tokens = [...(METADATA['tokenizer.ggml.tokens'] as string[]), 'extra'];
  const kinds = [...(METADATA['tokenizer.ggml.token_type'] as number[]), 1];
  const checkpoint = await openWith({
    ...METADATA,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': kinds,
  });
  await expect(checkpoint.tokenizer()).rejects.toThrow(TokenizerMismatchError);
});

test('a truncated or foreign file is refused', async () => {
  const bytes = writeGguf(METADATA, TENSORS);
  await writeFile(file, bytes);
  await truncate(file, bytes.length - 100);
  await expect(openCheckpoint(file)).rejects.toThrow(
    /is truncated: tensor output_norm\.weight was expected to end/,
  );
  await truncate(file, 100);
  await expect(openCheckpoint(file)).rejects.toThrow(
    /is truncated: expected more than its 100 bytes of header/,
  );
  await writeFile(file, 'not a model at all');
  await expect(openCheckpoint(file)).rejects.toThrow(/is not a GGUF file/);
});

test('a tensor of an unreadable type or a foreign name is refused', async () => {
  const norm = TENSORS.get('output_norm.weight')!;
  const odd = new Map(TENSORS).set('output_norm.weight', { ...norm, type: 16 });
  await expect(openWith(METADATA, odd)).rejects.toThrow(
    /output_norm\.weight is stored as GGUF type 16, expected one of F32/,
  );
  const foreign = new Map(TENSORS).set('blk.0.ffn_gate_exps.weight', norm);
  await expect(openWith(METADATA, foreign)).rejects.toThrow(
    /tensor blk\.0\.ffn_gate_exps\.weight is not part of a llama model/,
  );
});
