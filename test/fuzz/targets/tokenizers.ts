// tokenizer.json and tokenizer_config.json, and texts for what is built from them.

import { Tokenizer } from '#models/text/tokenizer.js';
import { byteTokenizer, TINY_TEMPLATE } from '#testing/tiny-model.js';
import { mutateJson } from '../mutate.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';

const BYTES = byteTokenizer() as { model: object };
const part = (type: string, more: object = {}): object => ({ type, ...more });

/** Each kind of part that the library knows, somewhere. */
const DOCUMENTS: readonly object[] = [
  BYTES,
  {
    ...BYTES,
    normalizer: part('Sequence', {
      normalizers: [
        part('NFC'),
        part('Lowercase'),
        part('Replace', { pattern: { String: ' ' }, content: '▁' }),
        part('Prepend', { prepend: '▁' }),
      ],
    }),
    pre_tokenizer: part('Sequence', {
      pretokenizers: [
        part('Split', { pattern: { Regex: '\\p{N}' }, behavior: 'Isolated', invert: false }),
        part('Digits', { individual_digits: true }),
        part('Metaspace', { replacement: '▁', prepend_scheme: 'first' }),
        part('Punctuation', { behavior: 'Isolated' }),
      ],
    }),
    post_processor: part('TemplateProcessing', {
      single: [
        { SpecialToken: { id: '<|im_start|>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
      ],
      pair: [],
      special_tokens: {},
    }),
    decoder: part('Sequence', {
      decoders: [
        part('Replace', { pattern: { String: '▁' }, content: ' ' }),
        part('ByteFallback'),
        part('Fuse'),
        part('Strip', { content: ' ', start: 1, stop: 0 }),
      ],
    }),
    model: { ...BYTES.model, byte_fallback: true, merges: ['a b', ['h', 'e']] },
  },
  {
    added_tokens: [],
    normalizer: part('BertNormalizer', { lowercase: true, strip_accents: null }),
    pre_tokenizer: part('BertPreTokenizer'),
    post_processor: part('BertProcessing', { sep: ['[SEP]', 2], cls: ['[CLS]', 1] }),
    decoder: part('WordPiece', { prefix: '##', cleanup: true }),
    model: part('WordPiece', {
      vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2, a: 3, '##b': 4 },
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
    }),
  },
  {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: part('Metaspace', { replacement: '▁' }),
    post_processor: null,
    decoder: part('Metaspace', { replacement: '▁' }),
    model: part('Unigram', {
      vocab: [
        ['<unk>', 0],
        ['▁a', -1],
        ['b', -2.5],
      ],
      unk_id: 0,
    }),
  },
];
const CONFIG = {
  eos_token: '<|im_end|>',
  bos_token: { content: '<|im_start|>' },
  additional_special_tokens: ['<|endoftext|>'],
  chat_template: TINY_TEMPLATE,
};

export function useTokenizer(tokenizer: Tokenizer): void {
  const ids = tokenizer.encodeChat([{ role: 'user', content: 'a Hello ▁ 12 <|im_end|> é' }]);
  tokenizer.decode(ids);
  tokenizer.decode(tokenizer.encode('he said 12.'));
}

export const tokenizers: Target = {
  name: 'tokenizers',
  inputs: 10_000,
  open: async () => ({
    run(random: Random) {
      const tokenizer = mutateJson(random, random.pick(DOCUMENTS)) as object;
      const config = random.chance(0.2) ? mutateJson(random, CONFIG) : CONFIG;
      useTokenizer(
        new Tokenizer({ tokenizer, config: config as typeof CONFIG, rows: 300, model: 'fuzzed' }),
      );
    },
  }),
};
