// Folders as they are found in the wild: what transformers reads is read, all else is named.

import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { byteTokenizer, TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { TokenizerMismatchError } from '../errors/tokenizer-mismatch.error.js';
import type { TensorData } from '../types.js';
import { openCheckpoint } from './checkpoint.js';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

let model: string;
beforeEach(async () => {
  model = await mkdtemp(join(tmpdir(), 'lethe-odd-'));
});
afterEach(() => rm(model, { recursive: true }));

const json = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(model, name), 'utf8')) as Record<string, unknown>;
const change = async (name: string, changes: object): Promise<void> =>
  writeFile(join(model, name), JSON.stringify({ ...(await json(name)), ...changes }));

describe('a head beside an embedding that it is said to be tied to', () => {
  const embedding = tinyWeights().get(EMBEDDING)!;
  const write = (head: TensorData) =>
    writeTinyModel(model, { weights: tinyWeights().set(HEAD, head) });

  test('is used where its numbers are its own', async () => {
    const own = { ...embedding, data: embedding.data.map((x, i) => (i === 7 ? x + 1 : x)) };
    await write(own);
    const checkpoint = await openCheckpoint(model);
    expect(checkpoint.config.tieWordEmbeddings).toBe(false);
    expect(await checkpoint.read(HEAD)).toEqual(own.data);
  });

  test('is tied where it is a copy', async () => {
    await write(embedding);
    expect((await openCheckpoint(model)).config.tieWordEmbeddings).toBe(true);
  });

  test('is refused where its sizes are wrong', async () => {
    await write({ dims: [4, 32], data: new Float32Array(128) });
    await expect(openCheckpoint(model)).rejects.toThrow(
      'tensor lm_head.weight has shape [4, 32], expected [259, 32]',
    );
  });
});

describe('a tokenizer', () => {
  const text = 'q';
  const prompt = async (): Promise<string> =>
    (await (await openCheckpoint(model)).tokenizer()).renderChat([{ role: 'user', content: text }]);

  test('is asked by the template named default, and none of several others', async () => {
    await writeTinyModel(model, { chatTemplate: null });
    const named = (name: string) => ({ name, template: `${name}: {{ messages[0].content }}` });
    await change('tokenizer_config.json', { chat_template: [named('rag'), named('default')] });
    expect(await prompt()).toBe('default: q');
    await change('tokenizer_config.json', { chat_template: [named('rag'), named('tool_use')] });
    await expect(prompt()).rejects.toThrow('expected one named default, found rag, tool_use');
    await change('tokenizer_config.json', { chat_template: { default: 'x' } });
    await expect(prompt()).rejects.toThrow('expected a text or a list of named ones');
  });

  test('has a template whose lines end as Windows ends them', async () => {
    await writeTinyModel(model);
    await writeFile(
      join(model, 'chat_template.jinja'),
      "{% for m in messages %}\r\n{{ m.role }}\r{{ '\r\n' }}{% endfor %}\r\n",
    );
    expect(await prompt()).toBe('user\n\n');
  });

  test('takes special tokens from special_tokens_map.json where its configuration has none', async () => {
    await writeTinyModel(model, { chatTemplate: '{{ bos_token }}{{ eos_token }}' });
    await writeFile(
      join(model, 'special_tokens_map.json'),
      '{"bos_token": {"content": "<|im_start|>"}, "eos_token": "<|endoftext|>"}',
    );
    expect(await prompt()).toBe('<|im_start|><|im_end|>');
    await change('tokenizer_config.json', { added_tokens_decoder: {} });
    expect(await prompt()).toBe('<|im_end|>');
  });

  test('may add a token that the weights do not know: it is refused when it is met', async () => {
    const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '[PAD]'];
    await writeTinyModel(model, { tokenizer: byteTokenizer(specials) });
    await change('tokenizer_config.json', { pad_token: '[PAD]' });
    const tokenizer = await (await openCheckpoint(model)).tokenizer();
    expect(tokenizer.padId).toBe(tokenizer.eosIds[0]);
    expect(
      tokenizer.encodeChat([{ role: 'user', content: 'a [PAD]' }]).every((id) => id < 259),
    ).toBe(true);
    expect(() => tokenizer.encode('a [PAD]')).toThrow(TokenizerMismatchError);
    expect(() => tokenizer.encode('a [PAD]')).toThrow('it gives the id 259, the weights know 259');
  });
});

describe('weights', () => {
  test('in shards without an index are read, and counted', async () => {
    const weights = await writeTinyModel(model, { shards: 3 });
    await rm(join(model, 'model.safetensors.index.json'));
    expect((await openCheckpoint(model)).tensorNames()).toHaveLength(weights.size);
    await rm(join(model, 'model-00002-of-00003.safetensors'));
    await expect(openCheckpoint(model)).rejects.toThrow('expected 3 shards of weights, found 2');
  });

  test.each([
    ['pytorch_model.bin', 'pytorch_model.bin is a pickle'],
    ['consolidated.safetensors', 'found consolidated.safetensors'],
  ])('of another kind, %s, are named', async (file, says) => {
    await writeTinyModel(model);
    await rename(join(model, 'model.safetensors'), join(model, file));
    await expect(openCheckpoint(model)).rejects.toThrow('model.safetensors is missing');
    await expect(openCheckpoint(model)).rejects.toThrow(says);
  });

  test('or documents that are pointers of Git LFS are named', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 134\n';
    await writeTinyModel(model);
    await writeFile(join(model, 'tokenizer.json'), pointer);
    await expect((await openCheckpoint(model)).tokenizer()).rejects.toThrow(
      'tokenizer.json is a Git LFS pointer',
    );
    await writeFile(join(model, 'model.safetensors'), pointer);
    await expect(openCheckpoint(model)).rejects.toThrow('model.safetensors is a Git LFS pointer');
  });

  test('of a type that is not read are refused at once', async () => {
    await writeTinyModel(model);
    const file = join(model, 'model.safetensors');
    const bytes = await readFile(file);
    bytes.write(bytes.toString('latin1').replace('"dtype":"F32"', '"dtype":"F_2"'), 'latin1');
    await writeFile(file, bytes);
    await expect(openCheckpoint(model)).rejects.toThrow(
      / is stored as F_2, expected F32, F16, BF16/,
    );
  });
});

describe('config.json', () => {
  test('may begin with a byte order mark', async () => {
    await writeTinyModel(model);
    const text = await readFile(join(model, 'config.json'), 'utf8');
    await writeFile(join(model, 'config.json'), `\ufeff${text}`);
    expect((await openCheckpoint(model)).config).toEqual(TINY_CONFIG);
  });

  test.each([
    ['null', 'expected a JSON object, found null'],
    ['[1]', 'expected a JSON object, found [1]'],
    ['{', 'is not JSON'],
    [`{"model_type": ${'['.repeat(2e5)}${']'.repeat(2e5)}}`, 'nested more than 100 deep'],
    [`{"model_type": "${'x'.repeat(1e6)}"}`, 'found "xxx'],
  ])('of %.10s is refused in a sentence', async (text, says) => {
    await writeTinyModel(model);
    await writeFile(join(model, 'config.json'), text);
    const refusal = openCheckpoint(model);
    await expect(refusal).rejects.toThrow(says);
    await expect(refusal).rejects.toSatisfy((error: Error) => error.message.length < 600);
  });

  test.each([
    ['num_hidden_layers', 513],
    ['num_hidden_layers', 1e9],
    ['vocab_size', 2 ** 31],
    ['hidden_size', 1e300],
    ['max_position_embeddings', 1e12],
    ['head_dim', 4e9],
  ])('with a %s of %d is refused before anything is made of it', async (key, value) => {
    await writeTinyModel(model);
    await change('config.json', { [key]: value });
    await expect(openCheckpoint(model)).rejects.toThrow(`${key}: `);
  });

  test('whose rotary settings are nested by type of layer is read where they are the same', async () => {
    await writeTinyModel(model);
    const setting = { rope_type: 'linear', factor: 2, rope_theta: 500 };
    const rope_parameters = { full_attention: setting, sliding_attention: { ...setting } };
    await change('config.json', { rope_parameters });
    const { config } = await openCheckpoint(model);
    expect(config).toMatchObject({ rope: { theta: 500, scaling: { type: 'linear', factor: 2 } } });
    await change('config.json', {
      rope_parameters: { ...rope_parameters, sliding_attention: { rope_type: 'default' } },
    });
    await expect(openCheckpoint(model)).rejects.toThrow(
      'rope_parameters: expected one setting for all layers',
    );
  });
});
