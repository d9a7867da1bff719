// The texts of calls as token ids, made on threads of their own: however long that takes, calls and
// health checks are answered. A set of rows that is counted does not keep a prompt waiting.

import type { OnApplicationShutdown } from '@nestjs/common';
import type { PromptTokens } from '#contracts/generated/lethe/inference/v1/PromptTokens.js';
import type { TokenizeRequest__Output } from '#contracts/generated/lethe/inference/v1/TokenizeRequest.js';
import type { TokenizeResponse } from '#contracts/generated/lethe/inference/v1/TokenizeResponse.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { AnswerForm, FormAsked } from '../answer-form.js';
import { InvalidRequestError } from '../errors/invalid-request.error.js';
import { imagesIn } from '../images/images-in.js';
import type { LinkTexts } from '../knowledge/encode-links.js';
import type { EntityTokens } from '../knowledge/link-tokens.js';
import { checkLength } from './prompt-length.js';
import type {
  Encoded,
  PromptItem,
  Spelt,
  TextItem,
  TokenizerFolders,
  TokenProtocol,
} from './token-protocol.js';

export interface CallerOptions {
  /** The tenant: tenants take turns. */
  readonly owner: string;
  readonly signal: AbortSignal;
}

interface EncodeOptions extends CallerOptions {
  /** Tokens that the model takes. */
  readonly maxContext: number;
  /** Whether a completion may lose what the context has no room for. */
  readonly cut?: boolean;
}

export class Tokens implements OnApplicationShutdown {
  private readonly encoding: RenewedThread<TokenProtocol>;
  private readonly counting: RenewedThread<TokenProtocol>;
  /** By base model: its files do not change while it is served. */
  private readonly longest = new Map<string, number>();

  constructor(folders: TokenizerFolders) {
    const file = new URL('token-thread.js', import.meta.url);
    this.encoding = new RenewedThread(file, 'encoding', folders);
    this.counting = new RenewedThread(file, 'counting', folders);
  }

  /**
   * @throws PromptLengthError before anything is encoded, InvalidRequestError, ConversationError,
   * TimeLimitError, ThreadEndedError, the signal's reason
   */
  async encode(
    base: string,
    items: readonly TextItem[],
    { owner, maxContext, cut = false, signal }: EncodeOptions,
  ): Promise<Encoded[]> {
    const room = { tokens: maxContext, longestToken: await this.longestToken(base, signal) };
    refuseUnseen(items);
    const checked = items.map((item) => checkLength(item, room, cut));
    return this.encoding.current.call('encode', { base, owner, items: checked }, { signal });
  }

  /** Words as tokens. @throws as count */
  words(
    base: string,
    words: readonly string[],
    { owner, signal }: CallerOptions,
  ): Promise<number[][]> {
    return this.encoding.current.call('words', { base, owner, words }, { signal });
  }

  /** @param room of a row, in tokens. @throws TimeLimitError, and as count */
  links(
    base: string,
    entities: readonly LinkTexts[],
    room: number,
    { owner, signal }: CallerOptions,
  ): Promise<EntityTokens[]> {
    const texts = entities.map(({ names, attributes, rows }) => ({ names, attributes, rows }));
    return this.encoding.current.call('links', { base, owner, entities: texts, room }, { signal });
  }

  /** How a model says that no entity is meant. @throws as count */
  async noLink(base: string, signal: AbortSignal): Promise<readonly number[]> {
    return this.encoding.current.call('noLink', base, { signal });
  }

  /** @throws FormError, InvalidRequestError, TimeLimitError, and as count */
  form(base: string, asked: FormAsked, { owner, signal }: CallerOptions): Promise<AnswerForm> {
    return this.encoding.current.call('form', { base, owner, asked }, { signal });
  }

  /** Texts of tokens. @throws as count */
  spell(
    base: string,
    texts: readonly Spelt<number>[],
    { owner, signal }: CallerOptions,
  ): Promise<Spelt<string>[]> {
    return this.encoding.current.call('spell', { base, owner, texts }, { signal });
  }

  /** @throws UnknownModelError, CheckpointError, ThreadEndedError, the signal's reason */
  async count(
    base: string,
    items: readonly PromptItem[],
    { owner, signal }: CallerOptions,
  ): Promise<PromptTokens[]> {
    refuseUnseen(items);
    return this.counting.current.call('count', { base, owner, items }, { signal });
  }

  /** @throws as count, and for prompts that the model does not take */
  async tokenize(
    { base, bare }: Pick<TokenizeRequest__Output, 'base' | 'bare'>,
    items: readonly PromptItem[],
    { owner, signal }: CallerOptions,
  ): Promise<TokenizeResponse> {
    refuseUnseen(items);
    return this.counting.current.call('tokenize', { base, owner, items, bare }, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.encoding.close(), this.counting.close()]);
  }

  private async longestToken(base: string, signal: AbortSignal): Promise<number> {
    const known = this.longest.get(base);
    if (known !== undefined) return known;
    const bytes = await this.encoding.current.call('longestToken', base, { signal });
    this.longest.set(base, bytes);
    return bytes;
  }
}

/** Where nobody has looked at them. @throws InvalidRequestError */
function refuseUnseen(items: readonly PromptItem[]): void {
  if (items.some(({ prompt, shown }) => !shown && imagesIn(prompt).length > 0))
    throw new InvalidRequestError('prompt: expected one without pictures in such a call');
}
