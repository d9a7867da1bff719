// Tokenizer metadata of a GGUF file, made from a tokenizer.json as llama.cpp's converter makes it.

import type { GgufMetadata } from './gguf-writer.js';
import type { TokenizerDocument } from './real-tokenizers.js';

const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/**
 * @param pre how text is cut, by llama.cpp's name; null for SentencePiece, whose pieces have scores
 * instead of merges.
 */
export function ggufVocabulary(
  { added_tokens, model }: TokenizerDocument,
  pre: string | null,
): GgufMetadata {
  const ids = Object.entries(model['vocab'] as Record<string, number>);
  const merges = (model['merges'] as (string | [string, string])[]).map((merge) =>
    typeof merge === 'string' ? merge : merge.join(' '),
  );
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  const kinds: number[] = tokens.map((token) =>
    pre === null && /^<0x[0-9A-F]{2}>$/.test(token) ? BYTE : NORMAL,
  );
  for (const { id, content, special } of added_tokens) {
    tokens[id] = special ? content : content.replaceAll('▁', ' ');
    kinds[id] = special ? CONTROL : USER_DEFINED;
  }
  const common = { 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.token_type': kinds };
  if (pre !== null)
    return {
      ...common,
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': pre,
      'tokenizer.ggml.merges': merges,
    };
  return {
    ...common,
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.scores': scoresOf(tokens, kinds, merges),
  };
}

/**
 * A tokenizer.json has lost SentencePiece's scores, not their order: that of the merges which make
 * the pieces.
 */
function scoresOf(
  tokens: readonly string[],
  kinds: readonly number[],
  merges: readonly string[],
): number[] {
  const order = new Map<string, number>();
  for (const merge of merges) {
    const piece = merge.replace(' ', '');
    if (!order.has(piece)) order.set(piece, order.size);
  }
  return tokens.map((token, id) =>
    kinds[id] === NORMAL ? -(order.get(token) ?? order.size) : -1000,
  );
}
