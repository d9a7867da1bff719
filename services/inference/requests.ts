// Checks calls, and turns their texts into the engine's token ids.

import type { GenerateRequest__Output as GenerateCall } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Message__Output } from '#contracts/generated/lethe/inference/v1/Message.js';
import type { ModelRef__Output } from '#contracts/generated/lethe/inference/v1/ModelRef.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ToolCall__Output } from '#contracts/generated/lethe/inference/v1/ToolCall.js';
import { roundings, type Transform } from '#contracts/rounding.js';
import { artifactSchema } from '#contracts/spaces.js';
import { parseToolArguments, TOOL_ARGUMENTS } from '#contracts/tool-arguments.js';
import type { GenerationEngine } from '#generation/generation.js';
import type { ShownImages } from '#models/text/shown-images.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { ChatMessage, ContentPart, ToolCall } from '#models/types.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { ModelName } from './models.js';
import { toolsOf } from './tools/tool-use.js';

const ROLES = ['system', 'user', 'assistant', 'tool'];

type ModelField = 'model' | 'source';

/** @param at the request's field, for messages. */
export function modelOf(model: ModelRef__Output | null, at: ModelField = 'model'): ModelName {
  if (!model?.base) throw new InvalidRequestError(`${at}.base: expected the name of a base model`);
  const { base, adapter } = model;
  if (adapter && !artifactSchema.safeParse(adapter).success)
    throw new InvalidRequestError(`${at}.adapter: expected the id of a space and a SHA-256 in hex`);
  return { base, adapter, ...transformOf(model, at) };
}

function transformOf(
  { adapter, scale = 1, rounding: named }: ModelRef__Output,
  at: ModelField,
): Transform {
  if (!Number.isFinite(scale))
    throw new InvalidRequestError(`${at}.scale: expected a finite number, found ${scale}`);
  if (scale !== 1 && !adapter)
    throw new InvalidRequestError(`${at}.scale: expected an adapter whose change is scaled`);
  const rounding = roundings.find((name) => name === named);
  if (named && !rounding)
    throw new InvalidRequestError(
      `${at}.rounding: expected one of ${roundings.join(', ')}, or none, found "${named}"`,
    );
  return { scale, ...(rounding ? { rounding } : {}) };
}

/**
 * The model whose states a score is asked with, where it is asked so. Rounded models take turns: one
 * call for two of them could wait for itself.
 */
export function sourceOf(request: ScoreRequest__Output): ModelName | undefined {
  const { model, source } = request;
  if (!source) return undefined;
  const named = modelOf(source, 'source');
  if (named.rounding && model?.rounding)
    throw new InvalidRequestError('source.rounding: expected none where the model is rounded');
  const other = (['whole', 'detail', 'layers', 'gradient'] as const).find((name) => request[name]);
  if (other) throw new InvalidRequestError(`source: goes without ${other}`);
  return named;
}

/** What the answer begins with where another call began it; its tokens must be the model's own. */
export function resumeOf(
  { resume, atOnce, sampling }: GenerateCall,
  { vocabulary }: Pick<GenerationEngine, 'vocabulary'>,
): readonly number[] {
  const unknown = resume.find((id) => id >= vocabulary);
  if (unknown !== undefined)
    throw new InvalidRequestError(`resume: expected ids below ${vocabulary}, found ${unknown}`);
  if (resume.length === 0) return resume;
  if (atOnce) throw new InvalidRequestError('resume: goes without at_once');
  if (sampling?.beams) throw new InvalidRequestError('resume: goes without beams');
  return resume;
}

export interface EncodedPrompt {
  readonly ids: number[];
  /**
   * What the model's chat template puts before an answer; it belongs to the answer's tokens, not to
   * its text. '' where a prefix has it before it.
   */
  readonly lead: string;
  /** Whether the answer goes on in the midst of a text, which spells its first token. */
  readonly continues: boolean;
}

/** @param shown what stands for the prompt's pictures. */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: Prompt__Output | null,
  shown?: ShownImages,
): EncodedPrompt {
  const prefix = prompt?.prefix ?? '';
  if (prompt?.chat) {
    const { messages, toolUse } = prompt.chat;
    if (messages.length === 0)
      throw new InvalidRequestError('prompt.chat.messages: expected at least one message');
    const ids = tokenizer.encodeChat(messages.map(toChatMessage), prefix, toolsOf(toolUse), shown);
    return prefix === ''
      ? { ids, lead: tokenizer.turn.lead, continues: false }
      : { ids, lead: '', continues: true };
  }
  const ids = prompt?.ids
    ? [...knownIds(tokenizer, prompt.ids.ids), ...tokenizer.encode(prefix)]
    : tokenizer.encode((prompt?.text ?? '') + prefix, { addSpecial: true });
  if (ids.length === 0) throw new InvalidRequestError('prompt: expected a conversation or a text');
  return { ids, lead: '', continues: true };
}

function knownIds({ rows }: Tokenizer, ids: readonly number[]): readonly number[] {
  const unknown = ids.find((id) => id >= rows);
  if (unknown !== undefined)
    throw new InvalidRequestError(`prompt.ids: expected ids below ${rows}, found ${unknown}`);
  return ids;
}

function toChatMessage(message: Message__Output, index: number): ChatMessage {
  const { role, content, toolCallId, name } = message;
  const path = `prompt.chat.messages[${index}]`;
  if (!ROLES.includes(role))
    throw new InvalidRequestError(`${path}.role: expected one of ${ROLES.join(', ')}`);
  if (role === 'tool') return { role, content, toolCallId, name };
  const toolCalls = message.toolCalls.map((call, i) =>
    toToolCall(call, `${path}.tool_calls[${i}]`),
  );
  if (message.parts.length > 0) return { role, content: '', parts: partsOf(message, path) };
  if (toolCalls.length === 0) return { role, content };
  if (role !== 'assistant')
    throw new InvalidRequestError(`${path}.tool_calls: expected an assistant's`);
  return { role, content, toolCalls };
}

function partsOf(
  { role, content, toolCalls, parts }: Message__Output,
  path: string,
): ContentPart[] {
  if (role !== 'user' || content !== '' || toolCalls.length > 0)
    throw new InvalidRequestError(`${path}.parts: expected a user's, in the place of content`);
  return parts.map(({ text, image }) =>
    image ? { type: 'image' } : { type: 'text', text: text ?? '' },
  );
}

function toToolCall({ id, name, arguments: text }: ToolCall__Output, path: string): ToolCall {
  const parsed = parseToolArguments(text);
  if (!parsed) throw new InvalidRequestError(`${path}.arguments: ${TOOL_ARGUMENTS}`);
  return { id, name, arguments: parsed };
}

/**
 * A word as tokens, at the beginning of a text and after a space. Where the space is a token of its
 * own, as in a vocabulary of bytes, what follows it is the word itself.
 */
export function encodeWord(tokenizer: Tokenizer, word: string): number[][] {
  const bare = word.trimStart() || word;
  const [begun, after] = [tokenizer.encode(bare), tokenizer.encode(` ${bare}`)];
  const spelt = after.length > begun.length ? [begun] : [begun, after];
  return spelt.filter(({ length }) => length > 0);
}

/**
 * A given answer as the model would have written it, after what the template puts before it.
 * @param ends whether its turn ends after it.
 */
export function encodeCompletion(
  tokenizer: Tokenizer,
  lead: string,
  completion: string,
  ends: boolean,
): number[] {
  const { end } = tokenizer.turn;
  if (ends && end === '')
    throw new InvalidRequestError('end: expected a model that has a token to end its turn by');
  if (completion === '' && !ends) return [];
  return tokenizer.encodeSealed(lead + tokenizer.seal(completion) + (ends ? end : ''));
}
