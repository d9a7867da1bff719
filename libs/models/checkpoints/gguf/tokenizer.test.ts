// Tokenizers of GGUF files against those of the tokenizer.json that they were made of, which
// real-tokenizers.test.ts compares with Hugging Face's on the same lines.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ggufVocabulary } from '#testing/gguf-vocabulary.js';
import { REAL_TOKENIZERS, type TokenizerDocument } from '#testing/real-tokenizers.js';
import { Tokenizer } from '../../text/tokenizer.js';
import type { GgufValue } from '../../text/vocabulary.js';
import { ggufTokenizerSource } from './tokenizer.js';

const rows = readFileSync('test/golden/tokenizers/lines.jsonl', 'utf8').split('\n').slice(0, -1);
const LINES = rows.filter((_, i) => i % 5 === 0).map((row) => JSON.parse(row) as string);

const open = (metadata: object) =>
  new Tokenizer(
    ggufTokenizerSource('file', new Map(Object.entries(metadata) as [string, GgufValue][]), {}),
  );

/**
 * The first tokens of a vocabulary, the merges among them, and all added tokens: to build all of it
 * takes seconds.
 */
function cut(document: TokenizerDocument, size: number): TokenizerDocument {
  const vocab = new Map(
    Object.entries(document.model['vocab'] as Record<string, number>).filter(([, id]) => id < size),
  );
  const merges = (document.model['merges'] as (string | string[])[]).filter((merge) => {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge;
    return vocab.has(left!) && vocab.has(right!) && vocab.has(`${left}${right}`);
  });
  let next = size;
  const added_tokens = document.added_tokens.map((token) =>
    token.id < size ? token : { ...token, id: next++ },
  );
  return {
    ...document,
    added_tokens,
    model: { ...document.model, vocab: Object.fromEntries(vocab), merges },
  };
}

test.each([
  ['mistral', null, {}],
  ['phi3', null, { 'general.architecture': 'phi3' }],
  ['gemma2', null, { 'tokenizer.ggml.add_space_prefix': false }],
  ['llama3', 'llama-bpe', {}],
  ['qwen2', 'qwen2', {}],
  ['gpt2', 'gpt-2', {}],
  ['phi2', 'phi-2', {}],
  ['bloom-like', 'bloom', {}],
])('%s gives the ids and texts of the original', async (name, pre, metadata) => {
  const document = cut(await REAL_TOKENIZERS[name]!(), 6000);
  const original = new Tokenizer({ tokenizer: document, config: {}, model: name });
  const tokenizer = open({ ...ggufVocabulary(document, pre), ...metadata });
  const wrong = LINES.filter((line) => {
    const ids = tokenizer.encode(line);
    return (
      ids.join() !== original.encode(line).join() || tokenizer.decode(ids) !== original.decode(ids)
    );
  });
  expect(wrong).toEqual([]);
});

describe('a small SentencePiece vocabulary', () => {
  const tokens = [
    '<unk>',
    '<s>',
    '</s>',
    '<0xC3>',
    '<0xA9>',
    '▁',
    'a',
    'b',
    '▁a',
    'ab',
    '[PAD10]',
    '<end>',
  ];
  const METADATA = {
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': [2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 5, 4],
    'tokenizer.ggml.scores': [0, 0, 0, 0, 0, -4, -5, -6, -2, -1, -10000, -1000],
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
  };

  test('joins by score, falls back to bytes, and begins with a space and bos', () => {
    const tokenizer = open(METADATA);
    expect(tokenizer.encode('ab')).toEqual([5, 9]);
    expect(tokenizer.encode('aé')).toEqual([8, 3, 4]);
    expect(tokenizer.decode([8, 3, 4])).toBe('aé');
    expect(tokenizer.encode('a', { addSpecial: true })).toEqual([1, 8]);
    expect(tokenizer.encode('a<end>')).toEqual([8, 11]);
    expect(tokenizer).toMatchObject({ bosId: 1, eosIds: [2] });
  });

  test('does as the file says about bos, eos and the space', () => {
    const says = { add_space_prefix: false, add_bos_token: false, add_eos_token: true };
    const entries = Object.entries(says).map(([key, value]) => [`tokenizer.ggml.${key}`, value]);
    expect(
      open({ ...METADATA, ...Object.fromEntries(entries) }).encode('a', { addSpecial: true }),
    ).toEqual([6, 2]);
  });

  test('lists of another length than the tokens are refused', () => {
    expect(() => open({ ...METADATA, 'tokenizer.ggml.scores': [0] })).toThrow(
      /tokenizer\.ggml\.scores: expected 12 values, found 1/,
    );
    expect(() => open({ 'tokenizer.ggml.model': 'llama' })).toThrow(
      /tokenizer\.ggml\.tokens: Invalid input: expected array, received undefined/,
    );
  });
});

test.each([
  [
    { 'tokenizer.ggml.model': 't5' },
    /tokenizer\.ggml\.model is "t5", expected gpt2 \(byte-level BPE\) or llama \(SentencePiece BPE\)/,
  ],
  [{ 'tokenizer.ggml.pre': 'odd' }, /tokenizer\.ggml\.pre is "odd", expected one of gpt-2, phi-2/],
  [
    { 'tokenizer.ggml.pre': undefined },
    /tokenizer\.ggml\.pre is missing, expected one of gpt-2, phi-2/,
  ],
])('a tokenizer with %o is refused', (metadata, message) => {
  const plain = {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': ['a'],
    'tokenizer.ggml.merges': [],
  };
  const entries = Object.entries({ ...plain, ...metadata }).filter(
    ([, value]) => value !== undefined,
  );
  expect(() => open(Object.fromEntries(entries))).toThrow(message);
});
