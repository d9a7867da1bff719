// Byte-level BPE of a GGUF file (tokenizer.ggml.model = gpt2) as the tokenizer.json it once was.

import { CheckpointError } from '../../errors/checkpoint.error.js';
import { addedTokens, endsProcessor, tokenIds, type Vocabulary } from '../../text/vocabulary.js';
import { PRE_TOKENIZERS } from './pre-tokenizers.js';

/**
 * @throws CheckpointError where the file does not name a known way of cutting text: another one
 * gives other ids.
 */
export function bpeDocument(vocabulary: Vocabulary): object {
  const { path, read } = vocabulary;
  const name = read('pre');
  const pre = PRE_TOKENIZERS.get(name ?? '');
  if (!pre) {
    const known = [...PRE_TOKENIZERS.keys()].join(', ');
    throw new CheckpointError(
      `${path}: tokenizer.ggml.pre is ${name === undefined ? 'missing' : `"${name}"`}, expected one of ${known}`,
    );
  }
  const ids = tokenIds(vocabulary);
  const splits = pre.patterns.map((Regex) => ({
    type: 'Split',
    pattern: { Regex },
    behavior: 'Isolated',
    invert: false,
  }));
  const bytes = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: false,
  };
  return {
    added_tokens: addedTokens(ids, vocabulary),
    normalizer: pre.composed ? { type: 'NFC' } : null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...splits, bytes] },
    post_processor: endsProcessor(vocabulary, pre.addBos ?? false),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(ids),
      merges: read('merges') ?? [],
      ignore_merges: pre.ignoreMerges ?? false,
    },
  };
}
