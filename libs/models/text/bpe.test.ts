import { expect, test } from 'vitest';
import { bpeModel } from './bpe.js';
import { Tokenizer } from './tokenizer.js';

const vocab = Object.fromEntries(
  ['<unk>', 'a', 'b', 'ab', 'aa', 'aab', 'constructor'].map((token, id) => [token, id]),
);

test('the best pair is joined first, and of equals the leftmost', () => {
  const model = bpeModel({ vocab, merges: ['a b', ['a', 'a'], 'aa b'] });
  expect(model(['aab', 'aaa', 'a'])).toEqual(['a', 'ab', 'aa', 'a', 'a']);
});

test('what no piece spells is unknown, once in a row where the model says so, or left out', () => {
  const words = ['xya', 'constructor'];
  expect(bpeModel({ vocab, merges: [], unk_token: '<unk>' })(words).slice(0, 3)).toEqual([
    '<unk>',
    '<unk>',
    'a',
  ]);
  expect(bpeModel({ vocab, merges: [], unk_token: '<unk>', fuse_unk: true })(words)).toEqual([
    '<unk>',
    'a',
    '<unk>',
  ]);
  expect(bpeModel({ vocab, merges: [], ignore_merges: true })([...words, 'toString'])).toEqual([
    'a',
    'constructor',
  ]);
});

test('unknown characters are spelt in bytes where the vocabulary has them', () => {
  const bytes = { '<0xC3>': 7, '<0xA9>': 8 };
  const model = bpeModel({
    vocab: { ...vocab, ...bytes },
    merges: [],
    unk_token: '<unk>',
    byte_fallback: true,
  });
  expect(model(['éaè'])).toEqual(['<0xC3>', '<0xA9>', 'a', '<unk>']);
});

test('a content is no control token even where the merges spell one', () => {
  const ids = Object.fromEntries(['<', 'e', '>', '<e', '<e>'].map((token, id) => [token, id]));
  const special = {
    id: 4,
    content: '<e>',
    special: true,
    normalized: false,
    lstrip: false,
    rstrip: false,
  };
  const tokenizer = {
    added_tokens: [special],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', vocab: ids, merges: ['< e', '<e >'] },
  };
  const it = new Tokenizer({ tokenizer, config: {}, model: 'x' });
  expect(it.encode('e<e>')).toEqual([1, 4]);
  expect(it.encodeSealed(it.seal('e<e>'))).toEqual([1, 0, 1, 2]);
});
