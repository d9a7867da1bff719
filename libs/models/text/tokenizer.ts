// Text to token ids and back, with the model's special tokens and chat template.

import { TokenizerMismatchError } from '../errors/tokenizer-mismatch.error.js';
import type { ChatMessage, Tool } from '../types.js';
import { ChatTemplate, FALLBACK_TEMPLATE, type Turn } from './chat-template.js';
import { ownTemplate } from './own-template.js';
import { isSealed, NEVER_IN_TEXT, Sealer } from './sealed-text.js';
import { type ShownImages, withImages } from './shown-images.js';
import { within } from './time-limit.js';
import { byteLevelBytes, pieceBytes, utf8Bytes } from './token-bytes.js';
import {
  createBackend,
  type AddedToken,
  withoutControls,
  type Backend,
  type TokenizerSource,
} from './tokenizer-backend.js';
import { mapJson, mapTexts } from './tool-messages.js';

/** Templates and models end turns by these though few configurations say so. */
const TURN_ENDS = ['<|im_end|>', '<|eot_id|>', '<|end|>', '<end_of_turn>', '<|endoftext|>'];

const SPACE = 0x20;

/** Longest time for a pattern of the model's over few tokens, in ms: others wait meanwhile. */
const PATIENCE = 1_000;

export class Tokenizer {
  readonly bosId: number | undefined;
  readonly eosIds: readonly number[];
  readonly padId: number;
  /** The model's own template; undefined where the plain fallback is used. */
  readonly chatTemplate: string | undefined;
  /** By their names in the configuration, such as eos_token. */
  readonly specials: Readonly<Record<string, string>>;
  /** What the chat template puts around an answer. */
  readonly turn: Turn;
  private readonly backend: Backend;
  /** Reads control tokens as text. */
  private readonly plain: Backend;
  /** Tokens that steer the model rather than spell text. */
  readonly controls: ReadonlyMap<number, string>;
  /** The library makes a map of them each time that it is asked. */
  private readonly added: ReadonlyMap<number, AddedToken>;
  private readonly controlIds: ReadonlySet<number>;
  private readonly sealer: Sealer;
  private readonly template: ChatTemplate;
  private readonly model: string;
  /** Ids below it have weights. */
  readonly rows: number;
  /** Most do not, and are spared the watch on each token. */
  private readonly spellsByPattern: boolean;

  /**
   * @throws CheckpointError naming what in the documents cannot be used.
   * @throws TokenizerMismatchError where text is spelt with ids that the weights do not know.
   */
  constructor(source: TokenizerSource) {
    this.model = source.model;
    this.rows = source.rows ?? Infinity;
    this.backend = createBackend(source);
    this.added = this.backend.get_added_tokens_decoder();
    this.spellsByPattern = hasPattern(source.tokenizer);
    const end = piecesEnd(this.backend);
    if (end > this.rows) throw new TokenizerMismatchError(this.model, end - 1, this.rows);
    const specials = specialTokens(source.config);
    this.specials = specials;
    this.bosId = this.idOf(specials['bos_token']);
    this.chatTemplate = ownTemplate(source.config['chat_template'], source.model);
    const addsBos =
      this.bosId !== undefined && this.encode('', { addSpecial: true })[0] === this.bosId;
    const fallback = addsBos ? `{{ bos_token }}${FALLBACK_TEMPLATE}` : FALLBACK_TEMPLATE;
    this.template = new ChatTemplate(this.chatTemplate ?? fallback, specials, source.model);
    this.eosIds = this.findEnds(specials['eos_token'], source.eosIds ?? []);
    const named = new Set([
      ...this.eosIds,
      ...Object.values(specials).map((token) => this.idOf(token)),
      source.imageToken,
    ]);
    const controls = [...this.added.values()].filter(({ id, special }) => special || named.has(id));
    this.controls = new Map(controls.map(({ id, content }) => [id, content]));
    this.sealer = new Sealer(controls);
    this.controlIds = new Set(
      controls.map(({ id }) => id).filter((id) => id !== this.idOf(specials['unk_token'])),
    );
    this.plain = withoutControls(this.backend, source, new Set(this.controls.keys()));
    const padding = [this.idOf(specials['pad_token']), ...this.eosIds];
    this.padId = padding.find((id) => id !== undefined && id < this.rows) ?? 0;
    const turn = this.template.turn();
    this.turn = { lead: turn.lead, end: this.untilEnd(turn.end) || (specials['eos_token'] ?? '') };
  }

  /**
   * Ids of a text. Control tokens written in it are recognised; `addSpecial` adds the model's own
   * (such as bos).
   */
  encode(text: string, { addSpecial = false } = {}): number[] {
    return this.known(this.backend.encode(text, { add_special_tokens: addSpecial }).ids);
  }

  /**
   * Marks what a person wrote, so that no control token spelt in it counts as one; for `renderChat`
   * and `encodeSealed`.
   */
  seal(content: string): string {
    return this.sealer.seal(content);
  }

  /** Conversations are sealed message by message: what a template writes around them is not. */
  sealAll(messages: readonly ChatMessage[]): ChatMessage[] {
    return messages.map((message) => mapTexts(message, (text) => this.seal(text)));
  }

  /**
   * Ids of a text that holds sealed contents: control tokens are recognised around them, never in
   * them.
   */
  encodeSealed(text: string): number[] {
    if (!isSealed(text)) return this.encode(text);
    return this.sealer
      .split(text)
      .flatMap((part, i) =>
        typeof part === 'string' ? this.encodePlain(part, i === 0) : this.known([part.id]),
      );
  }

  /**
   * Text of ids, special tokens left out unless they are to be spelt.
   * @throws TimeLimitError where a pattern of the model's takes too long.
   */
  decode(ids: readonly number[], { spellsSpecial = false } = {}): string {
    // Weights may have more rows than the tokenizer has tokens (padding); such ids have no text.
    const spelt = ids.filter((id) => this.backend.id_to_token(id) !== undefined);
    if (spelt.length === 0) return '';
    const spell = (): string =>
      this.backend.decode(spelt, {
        skip_special_tokens: !spellsSpecial,
        clean_up_tokenization_spaces: false,
      });
    return this.spellsByPattern
      ? within(PATIENCE, `the tokenizer of ${this.model} takes an answer`, spell)
      : spell();
  }

  /** What a token stands for, control tokens spelt out; empty for an id without a token. */
  bytesOf(id: number): Uint8Array {
    const token = this.backend.id_to_token(id) ?? '';
    if (!this.isByteLevel) return pieceBytes(token);
    const isAdded = this.added.has(id);
    return isAdded ? utf8Bytes(token) : byteLevelBytes(token);
  }

  /** Bytes of the longest token's text: no text of more is as few tokens. */
  get longestToken(): number {
    const { model } = this.backend;
    // A byte-level vocabulary has a character for each byte.
    const sizeOf = this.isByteLevel
      ? (token: string) => token.length
      : (token: string) => Buffer.byteLength(token);
    const added = [...this.added.values()];
    const sizes = added.map(({ content }) => Buffer.byteLength(content));
    // Without the ids that have none, as Gemma 3's vocabulary has.
    for (const token of Object.values(model.vocab)) sizes.push(sizeOf(token));
    return sizes.reduce((longest, size) => Math.max(longest, size), 1);
  }

  private get isByteLevel(): boolean {
    const { decoder } = this.backend;
    const parts = [decoder, ...(decoder?.decoders ?? [])];
    return parts.some((part) => part?.config.type === 'ByteLevel');
  }

  /** Whether a space that a text's first token has is no part of it, as in SentencePiece's. */
  get dropsSpace(): boolean {
    const ids = this.encode('a');
    const [first = 0] = ids.flatMap((id) => [...this.bytesOf(id)]);
    return first === SPACE && !this.decode(ids).startsWith(' ');
  }

  /** @param tools that may be asked. @param placeholder of a picture. */
  renderChat(
    messages: readonly ChatMessage[],
    { addGenerationPrompt = true, tools = [] as readonly Tool[], placeholder = '' } = {},
  ): string {
    return this.template.render(messages, addGenerationPrompt, tools, placeholder);
  }

  /**
   * Ids of a conversation whose answer begins; nothing that is written in a message can end its turn
   * or begin another.
   * @param prefix what the answer begins with; encoded along with the prompt, as it is read and not
   * written.
   * @param tools that may be asked: no more than a message can they end a turn.
   * @param images that the conversation shows.
   * @throws ConversationError where the chat template does not take the conversation
   */
  encodeChat(
    messages: readonly ChatMessage[],
    prefix = '',
    tools: readonly Tool[] = [],
    images?: ShownImages,
  ): number[] {
    const sealed = mapJson(tools, (text) => this.seal(text)) as readonly Tool[];
    const placeholder = images && this.controls.get(images.token);
    const prompt = this.renderChat(this.sealAll(messages), { tools: sealed, placeholder });
    const begun = prefix === '' ? '' : this.turn.lead + this.seal(prefix);
    const ids = this.encodeSealed(prompt + begun);
    return images ? withImages(ids, images, (text) => this.encode(text)) : ids;
  }

  private encodePlain(text: string, isFirst: boolean): number[] {
    if (text === '') return [];
    const ids = this.known(
      this.plain.encode(isFirst ? text : NEVER_IN_TEXT + text, { add_special_tokens: false }).ids,
    ).slice(isFirst ? 0 : 1);
    if (!ids.some((id) => this.controlIds.has(id))) return ids;
    // The vocabulary's own merges spell a control token: characters one by one cannot.
    return [...text].flatMap((character) =>
      this.known(this.plain.encode(character, { add_special_tokens: false }).ids),
    );
  }

  /**
   * A generation stops at its first end: what a template writes after that (the next turn's head)
   * is no part of an answer.
   */
  private untilEnd(text: string): string {
    const parts = this.sealer.split(text);
    const end = parts.findIndex(
      (part) => typeof part !== 'string' && this.eosIds.includes(part.id),
    );
    const kept = end < 0 ? parts : parts.slice(0, end + 1);
    return kept.map((part) => (typeof part === 'string' ? part : part.content)).join('');
  }

  /**
   * A piece outside the vocabulary of a model without an unknown token has no id: it is dropped, as
   * in the original.
   * @throws TokenizerMismatchError for an id that the weights do not know.
   */
  private known(ids: readonly (number | undefined)[]): number[] {
    const found = ids.filter((id) => id !== undefined);
    const beyond = found.find((id) => id >= this.rows);
    if (beyond !== undefined) throw new TokenizerMismatchError(this.model, beyond, this.rows);
    return found;
  }

  private idOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.backend.token_to_id(token);
  }

  private findEnds(eosToken: string | undefined, declared: readonly number[]): number[] {
    const { added } = this;
    const conventional = TURN_ENDS.map((token) => this.idOf(token)).filter(
      (id) => id !== undefined && added.get(id)?.special,
    );
    const ids = [this.idOf(eosToken), ...declared, ...conventional];
    return [...new Set(ids.filter((id): id is number => id !== undefined))];
  }
}

/**
 * Highest id of a piece of text plus one. Added tokens, such as a [PAD] that is never used, may lie
 * beyond the weights: they are refused when met.
 */
function piecesEnd(backend: Backend): number {
  const { vocab } = backend.model;
  const added = backend.get_added_tokens_decoder();
  let end = vocab.length;
  while (end > 0 && (vocab[end - 1] === undefined || added.has(end - 1))) end--;
  return end;
}

/** Whether a decoder replaces by a regular expression. */
const hasPattern = ({ decoder }: { decoder?: unknown }): boolean =>
  JSON.stringify(decoder ?? null).includes('"Regex":');

/** Special tokens are written as strings or as objects with `content`. */
function specialTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const specials: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.endsWith('_token')) continue;
    const content =
      typeof value === 'string' ? value : (value as { content?: unknown } | null)?.content;
    if (typeof content === 'string') specials[key] = content;
  }
  return specials;
}
