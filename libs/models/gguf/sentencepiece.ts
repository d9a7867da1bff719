// SentencePiece BPE of a GGUF file (tokenizer.ggml.model = llama: pieces with scores) as a tokenizer.json.
import type { GgufValue } from './header.js';
import { addedTokens, endsProcessor, tokenIds, TokenKind, type Vocabulary } from './vocabulary.js';

const SPACE = '▁';
const spaces = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };

export function sentencePieceDocument(file: Vocabulary): object {
  const vocabulary = withEscapedSpaces(file);
  const { kinds, metadata, read } = vocabulary;
  const ids = tokenIds(vocabulary);
  const prefixed = read<boolean>('add_space_prefix') ?? true;
  const decoders: object[] = [{ type: 'Replace', pattern: { String: SPACE }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }];
  return {
    added_tokens: addedTokens(ids, vocabulary, swallowsSpace(metadata)),
    normalizer: prefixed ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: SPACE }, spaces] } : spaces,
    pre_tokenizer: null,
    post_processor: endsProcessor(vocabulary, true),
    decoder: { type: 'Sequence', decoders: prefixed ? [...decoders, { type: 'Strip', content: ' ', start: 1, stop: 0 }] : decoders },
    model: {
      type: 'BPE',
      unk_token: vocabulary.named('unknown_token_id') ?? vocabulary.tokens[kinds.indexOf(TokenKind.unknown)] ?? null,
      fuse_unk: true,
      byte_fallback: kinds.includes(TokenKind.byte),
      vocab: Object.fromEntries(ids),
      merges: mergesOf(ids, vocabulary),
    },
  };
}

/** llama.cpp's converter writes user-defined runs of spaces (Gemma's) as spaces; in the model they are pieces like others. */
function withEscapedSpaces(vocabulary: Vocabulary): Vocabulary {
  const tokens = vocabulary.tokens.map((token, id) =>
    vocabulary.kinds[id] === TokenKind.userDefined ? token.replaceAll(' ', SPACE) : token,
  );
  return { ...vocabulary, tokens };
}

/** Phi-3's special tokens take the white space after them; the file does not say so, and llama.cpp knows it by the model's name. */
function swallowsSpace(metadata: ReadonlyMap<string, GgufValue>): (token: string) => boolean {
  const plain = ['<unk>', '<s>', '<|endoftext|>'];
  const isPhi3 = metadata.get('general.architecture') === 'phi3';
  return (token) => isPhi3 && !plain.includes(token);
}

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly score: number;
}

/**
 * SentencePiece joins the two neighbours whose whole has the highest score: every way to cut a piece into two others is
 * a merge of the piece's score. Order among equals as in transformers' convert_slow_tokenizer.py: longer parts first.
 */
function mergesOf(ids: ReadonlyMap<string, number>, { kinds, scores }: Vocabulary): string[][] {
  const merges: Merge[] = [];
  for (const [piece, id] of ids) {
    // A user-defined piece scores 0 in SentencePiece, above all others; converters write -1000 for it.
    const score = kinds[id] === TokenKind.userDefined ? 0 : scores[id];
    if (kinds[id] === TokenKind.normal || kinds[id] === TokenKind.userDefined) merges.push(...cuts(piece, score, ids));
  }
  merges.sort((a, b) => b.score - a.score || size(b.left) - size(a.left) || size(b.right) - size(a.right));
  return merges.map(({ left, right }) => [left, right]);
}

function cuts(piece: string, score: number, ids: ReadonlyMap<string, number>): Merge[] {
  const found: Merge[] = [];
  let at = 0;
  for (const character of piece) {
    at += character.length;
    const [left, right] = [piece.slice(0, at), piece.slice(at)];
    if (ids.has(left) && ids.has(right)) found.push({ left, right, score });
  }
  return found.toSorted((a, b) => ids.get(a.left)! - ids.get(b.left)! || ids.get(a.right)! - ids.get(b.right)!);
}

/** Length in characters, a pair of surrogates being one. */
function size(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--;
  return length;
}
