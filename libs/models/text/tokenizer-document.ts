// tokenizer.json, checked before anything is built from it: the library believes what it is given.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';

/** Highest id of a token that is believed: vocabularies have some hundred thousands. */
export const MAX_ID = 2 ** 24;
const id = z.number().int().min(0).max(MAX_ID);
const text = z.string().nullish();
/** What is put into every text: a long one makes texts of any length of short ones. */
const insertion = z.string().max(64).nullish();
const flag = z.boolean().nullish();
const size = z.number().int().min(0).max(1000).nullish();
const pattern = z
  .union([z.object({ Regex: z.string() }), z.object({ String: z.string().min(1) })])
  .nullish();
const piece = z.union([
  z.looseObject({ SpecialToken: z.looseObject({ id: z.string() }) }),
  z.looseObject({ Sequence: z.looseObject({ id: z.enum(['A', 'B']) }) }),
]);
const named = z.tuple([z.string(), id]).nullish();

/** The keys that a part cannot do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  Prepend: ['prepend'],
  Replace: ['pattern', 'content'],
  Split: ['pattern', 'behavior'],
  FixedLength: ['length'],
  TemplateProcessing: ['single'],
  BertProcessing: ['cls', 'sep'],
  RobertaProcessing: ['cls', 'sep'],
};

/** A key means the same in every kind of part. */
const keys = {
  type: z.string(),
  pattern,
  content: insertion,
  prepend: insertion,
  replacement: insertion,
  str_rep: insertion,
  prepend_scheme: text,
  behavior: text,
  prefix: insertion,
  suffix: insertion,
  pad_token: text,
  word_delimiter_token: text,
  precompiled_charsmap: text,
  invert: flag,
  add_prefix_space: flag,
  trim_offsets: flag,
  use_regex: flag,
  individual_digits: flag,
  cleanup: flag,
  lowercase: flag,
  strip_accents: flag,
  clean_text: flag,
  handle_chinese_chars: flag,
  strip_left: flag,
  strip_right: flag,
  length: z.number().int().min(1).max(1000).nullish(),
  start: size,
  stop: size,
  single: z.array(piece).nullish(),
  pair: z.array(piece).nullish(),
  sep: named,
  cls: named,
};
/** Where a sequence keeps its parts. */
const LISTS = ['normalizers', 'pretokenizers', 'processors', 'decoders'] as const;
/** Sequences in sequences: no published tokenizer has more than two. */
const DEPTH = 4;

function part(depth: number): z.ZodType {
  const parts = depth === 0 ? z.undefined() : z.array(part(depth - 1)).optional();
  return z
    .looseObject({ ...keys, ...Object.fromEntries(LISTS.map((list) => [list, parts])) })
    .superRefine((value, context) => {
      const needed = Object.hasOwn(NEEDED, value.type) ? (NEEDED[value.type] ?? []) : [];
      for (const key of needed)
        if (value[key] === undefined || value[key] === null)
          context.addIssue({ code: 'custom', path: [key], message: `${value.type} needs it` });
    });
}
const anyPart = part(DEPTH).nullish();

const document = z.looseObject({
  normalizer: anyPart,
  pre_tokenizer: anyPart,
  post_processor: anyPart,
  decoder: anyPart,
  added_tokens: z
    .array(
      z.looseObject({
        id,
        content: z.string().min(1).max(1000),
        special: flag,
        lstrip: flag,
        rstrip: flag,
        normalized: flag,
        single_word: flag,
      }),
    )
    .nullish(),
  model: z.looseObject({
    type: text,
    unk_token: text,
    unk_id: id.nullish(),
    continuing_subword_prefix: insertion,
    end_of_word_suffix: insertion,
    fuse_unk: flag,
    byte_fallback: flag,
    ignore_merges: flag,
    max_input_chars_per_word: z.number().int().positive().nullish(),
  }),
});

/** @throws CheckpointError naming the key, its value and what was expected. */
export function checkTokenizerDocument(json: object, model: string): void {
  const issue = document.safeParse(json).error?.issues[0];
  const problem = issue
    ? { key: issue.path, expected: issue.message }
    : vocabularyProblem(json as { model: Vocabulary });
  if (!problem) return;
  const value = problem.key.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    json,
  );
  throw new CheckpointError(
    `the tokenizer of ${model}: ${problem.key.join('.')}: ${problem.expected}, found ${told(value)}`,
  );
}

interface Vocabulary {
  readonly vocab: unknown;
  readonly merges?: unknown;
}

/** By hand: hundreds of thousands of entries. */
function vocabularyProblem({ model: { vocab, merges } }: { model: Vocabulary }) {
  const badPiece = Array.isArray(vocab) ? scoredProblem(vocab) : idProblem(vocab);
  if (badPiece) return { ...badPiece, key: ['model', 'vocab', ...badPiece.key] };
  if (merges === undefined || merges === null) return undefined;
  const key = ['model', 'merges'];
  if (!Array.isArray(merges)) return { key, expected: 'expected a list of pairs' };
  const bad = merges.findIndex((merge) => !isPair(merge));
  return bad < 0 ? undefined : { key: [...key, bad], expected: 'expected a pair of pieces' };
}

function idProblem(vocab: unknown) {
  if (typeof vocab !== 'object' || vocab === null)
    return { key: [], expected: 'expected ids by pieces' };
  const ids = vocab as Record<string, unknown>;
  const bad = Object.keys(ids).find((token) => !isId(ids[token]));
  return bad === undefined
    ? undefined
    : { key: [bad], expected: `expected an id of at most ${MAX_ID}` };
}

function scoredProblem(vocab: readonly unknown[]) {
  const bad = vocab.findIndex(
    (entry) =>
      !Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'number',
  );
  return bad < 0 ? undefined : { key: [bad], expected: 'expected a piece and its score' };
}

const isId = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_ID;

const isPair = (merge: unknown): boolean =>
  typeof merge === 'string' ||
  (Array.isArray(merge) && merge.length === 2 && merge.every((half) => typeof half === 'string'));
