// How a byte-level BPE tokenizer of a GGUF file cuts text before it merges: the file only names it
// (tokenizer.ggml.pre). Names: llama.cpp's llama-vocab.cpp. Patterns and normalisation: the
// tokenizer.json of the model that the name stands for, since llama.cpp leaves Unicode
// normalisation out and its regular expressions are adapted to its own engine.

import { GPT2_WORDS } from '../../text/tokenizer-backend.js';

export interface PreTokenizer {
  /** Applied in turn; each match, and each gap between matches, is cut out. */
  readonly patterns: readonly string[];
  /** Text is brought to Unicode's composed form first. */
  readonly composed?: boolean;
  /** A whole piece that is in the vocabulary is not merged from its bytes. */
  readonly ignoreMerges?: boolean;
  /** The beginning-of-sequence token is added though the file does not say. */
  readonly addBos?: boolean;
}

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const REST = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const REST_SLASH = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const UPPER = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const LOWER = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const EDGE = '[^\\r\\n\\p{L}\\p{N}]?';

const gpt2: PreTokenizer = { patterns: [GPT2_WORDS] };
const neox: PreTokenizer = { patterns: [GPT2_WORDS], composed: true };
const llama3: PreTokenizer = {
  patterns: [`${CONTRACTIONS}|${EDGE}\\p{L}+|\\p{N}{1,3}|${REST}`],
  ignoreMerges: true,
  addBos: true,
};
const qwen2: PreTokenizer = {
  patterns: [`${CONTRACTIONS}|${EDGE}\\p{L}+|\\p{N}|${REST}`],
  composed: true,
};

export const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map(
  Object.entries({
    'gpt-2': gpt2,
    'phi-2': gpt2,
    olmo: neox,
    mpt: neox,
    smollm: { patterns: ['\\p{N}', GPT2_WORDS] },
    'llama-bpe': llama3,
    llama3,
    'llama-v3': llama3,
    dbrx: { patterns: llama3.patterns },
    qwen2,
    'deepseek-r1-qwen': qwen2,
    tekken: {
      patterns: [`${EDGE}${UPPER}*${LOWER}+|${EDGE}${UPPER}+${LOWER}*|\\p{N}|${REST_SLASH}`],
      ignoreMerges: true,
      addBos: true,
    },
    'gpt-4o': {
      patterns: [
        `${EDGE}${UPPER}*${LOWER}+${CONTRACTIONS}?|${EDGE}${UPPER}+${LOWER}*${CONTRACTIONS}?|\\p{N}{1,3}|${REST_SLASH}`,
      ],
    },
    bloom: { patterns: [' ?[^(\\s|.,!?…。，、।۔،)]+'] },
    default: { patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', GPT2_WORDS, '\\p{N}+', '[0-9][0-9][0-9]'] },
  }),
);
