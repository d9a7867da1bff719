// The token list of a GGUF file: pieces, kinds and scores, and the special ids.

import { z } from 'zod';
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

const tokenId = z.number().int().optional();
const flag = z.boolean().optional();
const numbers = z.array(z.number()).optional();

/** What is below `tokenizer.ggml.` and read here. */
const known = z.object({
  tokens: z.array(z.string()).min(1),
  token_type: numbers,
  scores: numbers,
  merges: z.array(z.string()).optional(),
  pre: z.string().optional(),
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  eot_token_id: tokenId,
  unknown_token_id: tokenId,
  padding_token_id: tokenId,
  add_bos_token: flag,
  add_eos_token: flag,
  add_space_prefix: flag,
});
type Known = z.infer<typeof known>;

export interface Vocabulary {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  readonly scores: readonly number[];
  /** A value below `tokenizer.ggml.`, if the file has it. */
  read<K extends keyof Known>(key: K): Known[K];
  /** The token that a key such as `bos_token_id` names. */
  named(key: keyof Known & `${string}_id`): string | undefined;
}

const PREFIX = 'tokenizer.ggml.';

/** @throws CheckpointError naming the key that is missing, or not as expected. */
export function readVocabulary(path: string, metadata: ReadonlyMap<string, GgufValue>): Vocabulary {
  const given = Object.keys(known.shape).map((key) => [key, metadata.get(PREFIX + key)]);
  const { data, error } = known.safeParse(Object.fromEntries(given));
  if (!data) {
    const [{ path: key, message } = { path: [], message: '' }] = error.issues;
    throw new CheckpointError(`${path}: metadata ${PREFIX}${key.join('.')}: ${message}`);
  }
  const { tokens } = data;
  const list = (key: 'token_type' | 'scores', otherwise: number): readonly number[] => {
    const values = data[key] ?? tokens.map(() => otherwise);
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
    read: (key) => data[key],
    named: (key) => tokens[data[key] ?? -1],
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
  const bosId = (read('add_bos_token') ?? addsBos) ? read('bos_token_id') : undefined;
  const eosId = read('add_eos_token') ? read('eos_token_id') : undefined;
  const ids = [bosId, eosId].filter((end) => end !== undefined);
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
