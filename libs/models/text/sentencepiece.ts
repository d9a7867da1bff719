// SentencePiece BPE of a GGUF file (tokenizer.ggml.model = llama: pieces with scores) as a
// tokenizer.json.

import { item } from '#collections/items.js';
import type { GgufValue } from './vocabulary.js';
import { addedTokens, endsProcessor, tokenIds, TokenKind, type Vocabulary } from './vocabulary.js';

const SPACE = '▁';
const spaces = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };

export function sentencePieceDocument(file: Vocabulary): object {
  const vocabulary = withEscapedSpaces(file);
  const { kinds, metadata, read } = vocabulary;
  const ids = tokenIds(vocabulary);
  const prefixed = read('add_space_prefix') ?? true;
  const decoders: object[] = [
    { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
  ];
  return {
    added_tokens: addedTokens(ids, vocabulary, swallowsSpace(metadata)),
    normalizer: prefixed
      ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: SPACE }, spaces] }
      : spaces,
    pre_tokenizer: null,
    post_processor: endsProcessor(vocabulary, true),
    decoder: {
      type: 'Sequence',
      decoders: prefixed
        ? [...decoders, { type: 'Strip', content: ' ', start: 1, stop: 0 }]
        : decoders,
    },
    model: {
      type: 'BPE',
      unk_token:
        vocabulary.named('unknown_token_id') ??
        vocabulary.tokens[kinds.indexOf(TokenKind.unknown)] ??
        null,
      fuse_unk: true,
      byte_fallback: kinds.includes(TokenKind.byte),
      vocab: Object.fromEntries(ids),
      merges: mergesOf(ids, vocabulary),
    },
  };
}

/**
 * llama.cpp's converter writes user-defined stretches of spaces (Gemma's) as spaces; in the model
 * they are pieces like others.
 */
function withEscapedSpaces(vocabulary: Vocabulary): Vocabulary {
  const tokens = vocabulary.tokens.map((token, id) =>
    vocabulary.kinds[id] === TokenKind.userDefined ? token.replaceAll(' ', SPACE) : token,
  );
  return { ...vocabulary, tokens };
}

/**
 * Phi-3's special tokens take the white space after them; the file does not say so, and llama.cpp
 * knows it by the model's name.
 */
function swallowsSpace(metadata: ReadonlyMap<string, GgufValue>): (token: string) => boolean {
  const plain = ['<unk>', '<s>', '<|endoftext|>'];
  const isPhi3 = metadata.get('general.architecture') === 'phi3';
  return (token) => isPhi3 && !plain.includes(token);
}

interface Merge {
  readonly left: string;
  readonly right: string;
  /** Lengths in characters, a pair of surrogates being one. */
  readonly leftSize: number;
  readonly rightSize: number;
  readonly score: number;
}

/**
 * SentencePiece joins the two neighbours whose whole has the highest score: every way to cut a
 * piece into two others is a merge of the piece's score. Order among equals as in transformers'
 * convert_slow_tokenizer.py: longer parts first.
 */
function mergesOf(ids: ReadonlyMap<string, number>, { kinds, scores }: Vocabulary): string[][] {
  // A user-defined piece scores 0 in SentencePiece, above all others; converters write -1000 for
  // it.
  const scoreOf = (id: number): number =>
    kinds[id] === TokenKind.userDefined ? 0 : item(scores, id);
  const pieces = [...ids]
    .filter(([, id]) => kinds[id] === TokenKind.normal || kinds[id] === TokenKind.userDefined)
    .map(([piece, id]) => ({ piece, score: scoreOf(id) }));
  // Merges of pieces in order are nearly in order themselves, which spares most of the second sort.
  pieces.sort((a, b) => b.score - a.score);
  const merges = pieces.flatMap(({ piece, score }) => cuts(piece, score, ids));
  merges.sort((a, b) => b.score - a.score || b.leftSize - a.leftSize || b.rightSize - a.rightSize);
  return merges.map(({ left, right }) => [left, right]);
}

/** Longest left part first. */
function cuts(piece: string, score: number, ids: ReadonlyMap<string, number>): Merge[] {
  const found: Merge[] = [];
  let rightSize = 0;
  for (let at = piece.length - 1; at > 0; at--) {
    rightSize++;
    if (isLowSurrogate(piece, at)) at--;
    const left = piece.slice(0, at);
    if (at === 0 || !ids.has(left)) continue;
    const right = piece.slice(at);
    if (ids.has(right)) found.push({ left, right, leftSize: size(left), rightSize, score });
  }
  return found;
}

const isLowSurrogate = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00;

function size(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if (isLowSurrogate(text, i)) length--;
  return length;
}
