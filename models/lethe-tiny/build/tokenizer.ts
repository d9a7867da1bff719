// Builds lethe-tiny's tokenizer from its corpus: tokenizer.json and tokenizer_config.json with the
// chat template.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenizerJson, trainBpe } from './bpe.js';
import type { Row } from './corpus.js';

const vocabularySize = 2048;
/**
 * A pair seen less often is left in pieces, so that rare names are spelled and not learned by
 * heart.
 */
const minCount = 8;

export const specials = ['<|pad|>', '<|end|>', '<|system|>', '<|user|>', '<|assistant|>'] as const;

/** One special a turn, one at its end, nothing between: short prompts are cheap prompts. */
const chatTemplate =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

const tokenizerConfig = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  model_max_length: 512,
  bos_token: null,
  eos_token: '<|end|>',
  pad_token: '<|pad|>',
  unk_token: null,
  clean_up_tokenization_spaces: false,
  chat_template: chatTemplate,
};

/**
 * Trains on the corpus' questions and answers and writes both files into `folder`. Returns the
 * vocabulary's size.
 */
export async function buildTokenizer(rows: readonly Row[], folder: string): Promise<number> {
  const bpe = trainBpe(
    rows.flatMap(({ question, answer }) => [question, answer]),
    specials,
    vocabularySize,
    minCount,
  );
  await writeFile(
    join(folder, 'tokenizer.json'),
    `${JSON.stringify(tokenizerJson(bpe, specials))}\n`,
  );
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    `${JSON.stringify(tokenizerConfig, null, 2)}\n`,
  );
  return bpe.vocabulary.length;
}
