// The token list of a GGUF file: pieces, kinds and scores, and the special ids.

import { CheckpointError } from '../errors/checkpoint.error.js';

/** A value of a GGUF file's metadata. */
export type GgufValue = number | boolean | string | GgufValue[];

/**
 * llama.cpp's token types. Control tokens are special; user-defined ones are matched whole but are
 * text.
 */
export const TokenKind = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const;

export interface Vocabulary {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  readonly scores: readonly number[];
  /** A value below `tokenizer.ggml.`, if the file has it. */
  read<T extends GgufValue>(key: string): T | undefined;
  /** The token that a key such as `bos_token_id` names. */
  named(key: string): string | undefined;
}

export function readVocabulary(path: string, metadata: ReadonlyMap<string, GgufValue>): Vocabulary {
  const read = <T extends GgufValue>(key: string): T | undefined =>
    metadata.get(`tokenizer.ggml.${key}`) as T | undefined;
  const tokens = read<string[]>('tokens');
  if (!tokens?.length)
    throw new CheckpointError(
      `${path}: metadata tokenizer.ggml.tokens: expected the list of tokens`,
    );
  const list = (key: string, otherwise: number): readonly number[] => {
    const values = read<number[]>(key) ?? tokens.map(() => otherwise);
    if (values.length === tokens.length) return values;
    throw new CheckpointError(
      `${path}: metadata tokenizer.ggml.${key}: expected ${tokens.length} values, found ${values.length}`,
    );
  };
  return {
    path,
    metadata,
    tokens,
    kinds: list('token_type', TokenKind.normal),
    scores: list('scores', 0),
    read,
    named: (key) => tokens[read<number>(key) ?? -1],
  };
}

/**
 * Ids by token. Rows that only pad the embedding (`[PAD32001]`, whatever their kind) have no text.
 */
export function tokenIds({ tokens, kinds }: Vocabulary): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) {
    const pads =
      kinds[id] === TokenKind.unused ||
      (kinds[id] !== TokenKind.normal && /^\[PAD\d+\]$/.test(token));
    if (!pads) ids.set(token, id);
  }
  return ids;
}

/**
 * The entries of tokenizer.json's `added_tokens`.
 * @param rstrip whether a token swallows the white space after it.
 */
export function addedTokens(
  ids: ReadonlyMap<string, number>,
  { kinds }: Vocabulary,
  rstrip: (token: string) => boolean = () => false,
): object[] {
  const whole: readonly number[] = [TokenKind.control, TokenKind.userDefined, TokenKind.unknown];
  return [...ids].flatMap(([content, id]) =>
    whole.some((kind) => kind === kinds[id])
      ? [
          {
            id,
            content,
            special: kinds[id] !== TokenKind.userDefined,
            normalized: false,
            single_word: false,
            lstrip: false,
            rstrip: rstrip(content),
          },
        ]
      : [],
  );
}

/** The post-processor that adds the tokens a file asks for at the ends. */
export function endsProcessor(vocabulary: Vocabulary, addsBos: boolean): object | null {
  const { read, tokens } = vocabulary;
  const bosId =
    (read<boolean>('add_bos_token') ?? addsBos) ? read<number>('bos_token_id') : undefined;
  const eosId = read<boolean>('add_eos_token') ? read<number>('eos_token_id') : undefined;
  const ids = [bosId, eosId].filter((id) => id !== undefined);
  if (ids.length === 0) return null;
  const special = (id: number | undefined): object[] =>
    id === undefined ? [] : [{ SpecialToken: { id: tokens[id], type_id: 0 } }];
  const [first, second] = ['A', 'B'].map((id, type_id) => ({ Sequence: { id, type_id } }));
  return {
    type: 'TemplateProcessing',
    single: [...special(bosId), first, ...special(eosId)],
    pair: [...special(bosId), first, second, ...special(eosId)],
    special_tokens: Object.fromEntries(
      ids.map((id) => [tokens[id], { id: tokens[id], ids: [id], tokens: [tokens[id]] }]),
    ),
  };
}
