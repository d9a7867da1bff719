// tokenizer.model, SentencePiece's file, as a tokenizer.json: for models published before there was
// one, such as Vicuna and Baichuan.

import protobuf from 'protobufjs/minimal.js';
import { first } from '#collections/items.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { sentencePieceDocument } from './sentencepiece.js';
import type { GgufValue } from './vocabulary.js';
import { readVocabulary } from './vocabulary.js';

/** Fields of sentencepiece_model.proto that are read. */
const MODEL = { pieces: 1, trainer: 2, normalizer: 3 } as const;
const PIECE = { piece: 1, score: 2, type: 3 } as const;
const TRAINER = { modelType: 3, unkId: 40, bosId: 41, eosId: 42 } as const;
const NORMALIZER = { charsMap: 2, addDummyPrefix: 3, removeExtraWhitespaces: 4 } as const;
const BPE = 2;
const NORMAL = 1;

const remove = (Regex: string, content = ''): object => ({
  type: 'Replace',
  pattern: { Regex },
  content,
});
const DROP_SPACES = [remove('\\A +'), remove('[ ▁]+\\z'), remove(' {2,}', ' ')];

interface Document {
  readonly normalizer: object;
  readonly added_tokens: readonly { readonly id: number }[];
}

/**
 * @param config tokenizer_config.json: `add_bos_token`, `add_eos_token`, and `added_tokens_decoder`
 * for tokens beyond the file's.
 * @throws CheckpointError for models that are not BPE, or that rewrite characters before they cut
 * text.
 */
export function sentencePieceModel(
  path: string,
  bytes: Uint8Array,
  config: Readonly<Record<string, unknown>>,
): object {
  const model = first(messages(path, [bytes]));
  const [trainer] = messages(path, model.get(MODEL.trainer));
  const [normalizer] = messages(path, model.get(MODEL.normalizer));
  const kind = numberOf(trainer, TRAINER.modelType, 1);
  if (kind !== BPE)
    throw new CheckpointError(`${path}: trainer_spec.model_type is ${kind}, expected ${BPE} (BPE)`);
  if (textOf(normalizer, NORMALIZER.charsMap) !== '') {
    throw new CheckpointError(
      `${path}: normalizer_spec.precompiled_charsmap is given, expected none (identity)`,
    );
  }
  const pieces = messages(path, model.get(MODEL.pieces));
  const metadata: Record<string, GgufValue> = {
    'tokenizer.ggml.tokens': pieces.map((piece) => textOf(piece, PIECE.piece)),
    'tokenizer.ggml.scores': pieces.map((piece) => numberOf(piece, PIECE.score, 0)),
    'tokenizer.ggml.token_type': pieces.map((piece) => numberOf(piece, PIECE.type, NORMAL)),
    'tokenizer.ggml.unknown_token_id': numberOf(trainer, TRAINER.unkId, 0),
    'tokenizer.ggml.bos_token_id': numberOf(trainer, TRAINER.bosId, 1),
    'tokenizer.ggml.eos_token_id': numberOf(trainer, TRAINER.eosId, 2),
    'tokenizer.ggml.add_bos_token': config['add_bos_token'] !== false,
    'tokenizer.ggml.add_eos_token': config['add_eos_token'] === true,
    'tokenizer.ggml.add_space_prefix': numberOf(normalizer, NORMALIZER.addDummyPrefix, 1) === 1,
  };
  const document = sentencePieceDocument(
    readVocabulary(path, new Map(Object.entries(metadata))),
  ) as Document;
  const dropsSpaces = numberOf(normalizer, NORMALIZER.removeExtraWhitespaces, 1) === 1;
  return {
    ...document,
    normalizer: dropsSpaces
      ? { type: 'Sequence', normalizers: [...DROP_SPACES, document.normalizer] }
      : document.normalizer,
    added_tokens: withDeclared(document.added_tokens, config['added_tokens_decoder']),
  };
}

/** tokenizer_config.json's tokens by id come before the file's own. */
function withDeclared(own: Document['added_tokens'], declared: unknown): object[] {
  const entries = Object.entries((declared ?? {}) as Record<string, object>);
  const byId = new Map<number, object>(own.map((token) => [token.id, token]));
  for (const [id, token] of entries) byId.set(Number(id), { ...token, id: Number(id) });
  return [...byId.values()];
}

type Message = ReadonlyMap<number, number | Uint8Array[]>;

/** Fields by number: the last of numbers, all of texts and messages. */
function messages(
  path: string,
  sources: number | readonly Uint8Array[] = [new Uint8Array()],
): Message[] {
  if (typeof sources === 'number')
    throw new CheckpointError(`${path} is not a SentencePiece model`);
  return sources.map((bytes) => {
    try {
      return readMessage(bytes);
    } catch (error) {
      throw new CheckpointError(
        `${path} is not a SentencePiece model: ${(error as Error).message}`,
      );
    }
  });
}

function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, number | Uint8Array[]>();
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    const wire = tag & 7;
    if (wire === 0) fields.set(field, reader.int32());
    else if (wire === 5) fields.set(field, reader.float());
    else if (wire !== 2) reader.skipType(wire);
    else {
      const all = fields.get(field);
      const next = reader.bytes();
      if (Array.isArray(all)) all.push(next);
      else fields.set(field, [next]);
    }
  }
  return fields;
}

function numberOf(message: Message | undefined, field: number, otherwise: number): number {
  const value = message?.get(field);
  return typeof value === 'number' ? value : otherwise;
}

function textOf(message: Message | undefined, field: number): string {
  const value = message?.get(field);
  const latest = Array.isArray(value) ? value.at(-1) : undefined;
  return latest ? Buffer.from(latest).toString() : '';
}
