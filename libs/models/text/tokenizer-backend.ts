// @huggingface/tokenizers made to agree with the original in Rust, with a twin that knows no
// control tokens.

import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { bpeModel, type BpeConfig, type BpeModel } from './bpe.js';
import { NEVER_IN_TEXT } from './sealed-text.js';
import { checkTokenizerDocument } from './tokenizer-document.js';

/** What a tokenizer is built from: the two JSON documents of a Hugging Face folder. */
export interface TokenizerSource {
  readonly tokenizer: object;
  readonly config: Readonly<Record<string, unknown>>;
  /** Ends of generation beyond tokenizer_config's eos_token, such as generation_config's list. */
  readonly eosIds?: readonly number[];
  /** Rows of the embedding: a token beyond them is refused when a text holds it. */
  readonly rows?: number;
  /** Id of the placeholder of pictures, which is a control token whatever the tokenizer says. */
  readonly imageToken?: number | undefined;
  /** Named in errors. */
  readonly model: string;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

export interface Backend {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  decode(
    ids: number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_added_tokens_decoder(): Map<number, AddedToken>;
  model: Model;
  decoder: Decoder | null;
}

interface Model {
  readonly vocab: readonly string[];
  /** Of Unigram: pieces of a word, and of words. */
  tokenize?(word: string): string[];
  encode?(words: readonly string[]): string[];
}

interface Decoder {
  config: { type: string };
  decoders?: Decoder[];
  text_decoder?: { decode(bytes: Uint8Array): string };
}

/** The parts of a tokenizer.json that are looked at here. */
interface Document {
  readonly pre_tokenizer?: PreTokenizer | null;
  readonly added_tokens?: readonly AddedToken[];
  readonly model: BpeConfig & {
    readonly continuing_subword_prefix?: string | null;
    readonly end_of_word_suffix?: string | null;
  };
}

type PreTokenizer = Readonly<Record<string, unknown>> & { readonly type: string };

/** GPT-2's way of cutting text into words, before the bytes of each are merged. */
export const GPT2_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

export function createBackend(source: TokenizerSource): Backend {
  checkTokenizerDocument(source.tokenizer, source.model);
  const { model, added_tokens } = source.tokenizer as Document;
  try {
    const isBpe =
      model.type === 'BPE' && !model.continuing_subword_prefix && !model.end_of_word_suffix;
    const backend = build(source, isBpe ? { model: NO_WORDS } : {});
    if (isBpe) backend.model = withAdded(bpeModel(model), added_tokens ?? []);
    const { tokenize } = backend.model;
    if (model.type === 'Unigram' && tokenize)
      // The library hands a word's pieces over as arguments, of which there may be too many.
      backend.model.encode = (words) => words.flatMap((word) => tokenize.call(backend.model, word));
    const decoders = backend.decoder ? [backend.decoder, ...(backend.decoder.decoders ?? [])] : [];
    for (const decoder of decoders)
      if (decoder.config.type === 'ByteFallback') decoder.text_decoder = { decode: decodeBytes };
    return backend;
  } catch (error) {
    throw new CheckpointError(
      `the tokenizer of ${source.model} cannot be used: ${(error as Error).message}`,
    );
  }
}

/**
 * The same tokenizer, which reads control tokens as the text they are spelt with. It shares the
 * vocabulary, which is most of the memory. NEVER_IN_TEXT, one token to it, says that the text after
 * it does not begin a document: some models start that with a space.
 */
export function withoutControls(
  backend: Backend,
  source: TokenizerSource,
  controlIds: ReadonlySet<number>,
): Backend {
  const anchor = { id: -1, content: NEVER_IN_TEXT, special: true, normalized: false };
  const { added_tokens = [] } = source.tokenizer as Document;
  const twin = build(source, {
    model: NO_WORDS,
    added_tokens: [...added_tokens.filter(({ id }) => !controlIds.has(id)), anchor],
  });
  twin.model = backend.model;
  return twin;
}

/**
 * Stands for the model where another takes its place: the library's own takes long to read its
 * merges.
 */
const NO_WORDS = { type: 'BPE', vocab: {}, merges: [] };

function build({ tokenizer, config }: TokenizerSource, changes: object): Backend {
  const { pre_tokenizer } = tokenizer as Document;
  const exact = pre_tokenizer ? { pre_tokenizer: exactPreTokenizer(pre_tokenizer) } : {};
  return new HfTokenizer({ ...tokenizer, ...exact, ...changes }, config) as unknown as Backend;
}

function withAdded(model: BpeModel, added: readonly AddedToken[]): BpeModel {
  for (const { id, content } of added) {
    model.tokens_to_ids.set(content, id);
    model.vocab[id] = content;
  }
  return model;
}

const split = (Regex: string): PreTokenizer => ({
  type: 'Split',
  pattern: { Regex },
  behavior: 'Isolated',
  invert: false,
});

/**
 * The library's own patterns of these two take JavaScript's notion of white space (U+FEFF is,
 * U+0085 is not) and of digits (0 to 9); its `Split` knows Unicode's, as the original does.
 */
function exactPreTokenizer(part: PreTokenizer): PreTokenizer {
  if (part.type === 'Sequence') {
    return {
      ...part,
      pretokenizers: (part['pretokenizers'] as PreTokenizer[]).map(exactPreTokenizer),
    };
  }
  if (part.type === 'Digits') return split(part['individual_digits'] ? '\\p{N}' : '\\p{N}+');
  if (part.type !== 'ByteLevel' || part['use_regex'] === false || part['add_prefix_space'])
    return part;
  return { type: 'Sequence', pretokenizers: [split(GPT2_WORDS), { ...part, use_regex: false }] };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Byte tokens in a row are text if all of them together are; otherwise each is a replacement
 * character.
 */
function decodeBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}
