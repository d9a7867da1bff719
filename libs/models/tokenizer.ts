// Text to token ids and back, with the model's special tokens and chat template.
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { ChatTemplate, FALLBACK_TEMPLATE, type ChatMessage, type Turn } from './chat-template.js';
import { CheckpointError } from './errors/checkpoint.error.js';

/** What a tokenizer is built from: the two JSON documents of a Hugging Face folder. */
export interface TokenizerSource {
  readonly tokenizer: object;
  readonly config: Readonly<Record<string, unknown>>;
  /** Ends of generation beyond tokenizer_config's eos_token, such as generation_config's list. */
  readonly eosIds?: readonly number[];
  /** Named in errors. */
  readonly model: string;
}

interface Backend {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  decode(ids: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(withAdded?: boolean): Map<string, number>;
  get_added_tokens_decoder(): Map<number, { special: boolean }>;
}

/** Templates and models end turns by these though few configurations say so. */
const TURN_ENDS = ['<|im_end|>', '<|eot_id|>', '<|end|>', '<end_of_turn>', '<|endoftext|>'];

export class Tokenizer {
  readonly bosId: number | undefined;
  readonly eosIds: readonly number[];
  readonly padId: number;
  /** Highest id plus one; the weights may know more. */
  readonly vocabSize: number;
  /** The model's own template; undefined where the plain fallback is used. */
  readonly chatTemplate: string | undefined;
  /** What the chat template puts around an answer. */
  readonly turn: Turn;
  private readonly backend: Backend;
  private readonly template: ChatTemplate;

  constructor(source: TokenizerSource) {
    this.backend = createBackend(source);
    const specials = specialTokens(source.config);
    this.bosId = this.idOf(specials['bos_token']);
    this.chatTemplate = templateOf(source.config);
    const addsBos = this.bosId !== undefined && this.encode('', { addSpecial: true })[0] === this.bosId;
    const fallback = addsBos ? `{{ bos_token }}${FALLBACK_TEMPLATE}` : FALLBACK_TEMPLATE;
    this.template = new ChatTemplate(this.chatTemplate ?? fallback, specials, source.model);
    this.eosIds = this.findEnds(specials['eos_token'], source.eosIds ?? []);
    this.padId = this.idOf(specials['pad_token']) ?? this.eosIds[0] ?? 0;
    const ids = [...this.backend.get_vocab().values()];
    this.vocabSize = ids.reduce((a, b) => Math.max(a, b), -1) + 1;
    const turn = this.template.turn();
    this.turn = turn.end ? turn : { lead: turn.lead, end: specials['eos_token'] ?? '' };
  }

  /** Ids of a text. Special tokens written in it are recognised; `addSpecial` adds the model's own (such as bos). */
  encode(text: string, { addSpecial = false } = {}): number[] {
    const { ids } = this.backend.encode(text, { add_special_tokens: addSpecial });
    // A piece outside the vocabulary of a model without an unknown token has no id: it is dropped, as in the original.
    return ids.filter((id): id is number => id !== undefined);
  }

  /** Text of ids, special tokens left out. */
  decode(ids: readonly number[]): string {
    // Weights may have more rows than the tokenizer has tokens (padding); such ids have no text.
    const known = ids.filter((id) => this.backend.id_to_token(id) !== undefined);
    if (known.length === 0) return '';
    return this.backend.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }

  renderChat(messages: readonly ChatMessage[], { addGenerationPrompt = true } = {}): string {
    return this.template.render(messages, addGenerationPrompt);
  }

  encodeChat(messages: readonly ChatMessage[], options: { addGenerationPrompt?: boolean } = {}): number[] {
    return this.encode(this.renderChat(messages, options));
  }

  private idOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.backend.token_to_id(token);
  }

  private findEnds(eosToken: string | undefined, declared: readonly number[]): number[] {
    const added = this.backend.get_added_tokens_decoder();
    const conventional = TURN_ENDS.map((token) => this.idOf(token)).filter((id) => id !== undefined && added.get(id)?.special);
    const ids = [this.idOf(eosToken), ...declared, ...conventional];
    return [...new Set(ids.filter((id): id is number => id !== undefined))];
  }
}

function createBackend({ tokenizer, config, model }: TokenizerSource): Backend {
  try {
    return new HfTokenizer(tokenizer, config) as unknown as Backend;
  } catch (error) {
    throw new CheckpointError(`the tokenizer of ${model} cannot be used: ${(error as Error).message}`);
  }
}

/** Special tokens are written as strings or as objects with `content`. */
function specialTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const specials: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.endsWith('_token')) continue;
    const content = typeof value === 'string' ? value : (value as { content?: unknown } | null)?.content;
    if (typeof content === 'string') specials[key] = content;
  }
  return specials;
}

/** A template is a string, or a list of named ones of which `default` is meant. */
function templateOf(config: Readonly<Record<string, unknown>>): string | undefined {
  const template = config['chat_template'];
  if (typeof template === 'string') return template;
  if (!Array.isArray(template)) return undefined;
  const named = template as { name: string; template: string }[];
  return named.find((entry) => entry.name === 'default')?.template;
}
