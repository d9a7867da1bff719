// The model's tokenizer: every word of its captions and questions is one token, anything else is spelled.

import { tokenizerJson, trainBpe } from '../../lethe-tiny/build/bpe.js';

export const specials = [
  '<|pad|>',
  '<|end|>',
  '<|system|>',
  '<|user|>',
  '<|assistant|>',
  '<image>',
] as const;

const mostTokens = 1024;
/** A pair seen less often is left in pieces. */
const minCount = 8;

/** lethe-tiny's, for messages with pictures, too. */
const chatTemplate =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' }}" +
  "{% if message['content'] is string %}{{ message['content'] }}" +
  "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>\n' }}" +
  "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}{{ '<|end|>' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

export interface TokenizerFiles {
  readonly vocabSize: number;
  readonly tokenizer: Record<string, unknown>;
  readonly config: Record<string, unknown>;
}

/** @param texts questions and answers. */
export function buildTokenizer(texts: Iterable<string>, contextTokens: number): TokenizerFiles {
  const bpe = trainBpe(texts, specials, mostTokens, minCount);
  return {
    vocabSize: bpe.vocabulary.length,
    tokenizer: tokenizerJson(bpe, specials) as Record<string, unknown>,
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: contextTokens,
      bos_token: null,
      eos_token: '<|end|>',
      pad_token: '<|pad|>',
      unk_token: null,
      additional_special_tokens: ['<image>'],
      clean_up_tokenization_spaces: false,
      chat_template: chatTemplate,
    },
  };
}
