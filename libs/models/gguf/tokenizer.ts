// A tokenizer from GGUF metadata: its byte-level BPE written as the tokenizer.json it once was.
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { GgufValue } from './header.js';
import { GPT2_WORDS } from '../tokenizer-backend.js';
import { Tokenizer } from '../tokenizer.js';

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const REST = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

/** How text is cut before merging: the names are llama.cpp's (llama-vocab.cpp), patterns are applied in turn. */
const PRE_TOKENIZERS: Readonly<Record<string, readonly string[]>> = {
  'gpt-2': [GPT2_WORDS],
  smollm: ['\\p{N}', GPT2_WORDS],
  'llama-bpe': [`${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|${REST}`],
  qwen2: [`${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|${REST}`],
  default: ['[\\p{P}\\$\\+<=>\\^~\\|]+', GPT2_WORDS, '\\p{N}+', '[0-9][0-9][0-9]'],
};

/** llama.cpp's token types: control tokens are special, user-defined ones are whole but have text. */
const CONTROL = 3;
const USER_DEFINED = 4;

/** @param override entries of the configuration that come before the file's own. */
export function ggufTokenizer(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  override: { readonly chat_template?: string },
): Tokenizer {
  const read = <T extends GgufValue>(key: string): T | undefined => metadata.get(`tokenizer.ggml.${key}`) as T | undefined;
  const kind = read<string>('model');
  if (kind !== 'gpt2') throw new CheckpointError(`${path}: tokenizer.ggml.model is "${kind ?? ''}", expected "gpt2" (byte-level BPE)`);
  const pre = read<string>('pre') ?? 'default';
  const patterns = PRE_TOKENIZERS[pre];
  if (!patterns) {
    const known = Object.keys(PRE_TOKENIZERS).join(', ');
    throw new CheckpointError(`${path}: tokenizer.ggml.pre is "${pre}", expected one of ${known}`);
  }
  const tokens = read<string[]>('tokens') ?? [];
  const types = read<number[]>('token_type') ?? [];
  const nameOf = (key: string): string | undefined => tokens[read<number>(key) ?? -1];
  const bos = nameOf('bos_token_id');
  const document = {
    added_tokens: addedTokens(tokens, types),
    normalizer: null,
    pre_tokenizer: preTokenizer(patterns),
    post_processor: read<boolean>('add_bos_token') && bos !== undefined ? bosProcessor(bos, tokens.indexOf(bos)) : null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: read<string[]>('merges') ?? [],
      ignore_merges: pre === 'llama-bpe',
    },
  };
  const config = {
    bos_token: bos,
    eos_token: nameOf('eos_token_id'),
    pad_token: nameOf('padding_token_id'),
    chat_template: metadata.get('tokenizer.chat_template'),
    ...override,
  };
  const eosIds = [read<number>('eos_token_id'), read<number>('eot_token_id')].filter((id) => id !== undefined);
  return new Tokenizer({ tokenizer: document, config, eosIds, model: path });
}

function addedTokens(tokens: readonly string[], types: readonly number[]): object[] {
  return tokens.flatMap((content, id) =>
    types[id] === CONTROL || types[id] === USER_DEFINED
      ? [{ id, content, special: types[id] === CONTROL, normalized: false, single_word: false, lstrip: false, rstrip: false }]
      : [],
  );
}

function preTokenizer(patterns: readonly string[]): object {
  const splits = patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false }));
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return { type: 'Sequence', pretokenizers: [...splits, bytes] };
}

function bosProcessor(token: string, id: number): object {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [special, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [special, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}
