// A tokenizer from GGUF metadata, written as the tokenizer.json it once was.

import { CheckpointError } from '../../errors/checkpoint.error.js';
import { sentencePieceDocument } from '../../text/sentencepiece.js';
import type { TokenizerSource } from '../../text/tokenizer-backend.js';
import { readVocabulary, type Vocabulary } from '../../text/vocabulary.js';
import type { GgufValue } from '../../text/vocabulary.js';
import { bpeDocument } from './bpe.js';

/** By tokenizer.ggml.model. */
const KINDS: ReadonlyMap<string, (vocabulary: Vocabulary) => object> = new Map([
  ['gpt2', bpeDocument],
  ['llama', sentencePieceDocument],
]);

/**
 * The documents of a Hugging Face folder that say the same.
 * @param override entries of the configuration that come before the file's own.
 */
export function ggufTokenizerSource(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  override: { readonly chat_template?: string },
): TokenizerSource {
  const kind = String(metadata.get('tokenizer.ggml.model') ?? '');
  const document = KINDS.get(kind);
  if (!document) {
    throw new CheckpointError(
      `${path}: tokenizer.ggml.model is "${kind}", expected gpt2 (byte-level BPE) or llama (SentencePiece BPE)`,
    );
  }
  const vocabulary = readVocabulary(path, metadata);
  const { named, read } = vocabulary;
  const config = {
    bos_token: named('bos_token_id'),
    eos_token: named('eos_token_id'),
    unk_token: named('unknown_token_id'),
    pad_token: named('padding_token_id'),
    chat_template: metadata.get('tokenizer.chat_template'),
    ...override,
  };
  const eosIds = [read('eos_token_id'), read('eot_token_id')].filter((id) => id !== undefined);
  return { tokenizer: document(vocabulary), config, eosIds, model: path };
}
