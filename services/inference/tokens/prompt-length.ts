// How long a text may be for a model: longer ones are refused before they are encoded, which takes
// seconds for megabytes.

import type { Message__Output } from '#contracts/generated/lethe/inference/v1/Message.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { PromptLengthError } from '../errors/prompt-length.error.js';
import type { TextItem } from './token-protocol.js';

export interface TextRoom {
  /** Of the context. */
  readonly tokens: number;
  /** Bytes of the longest token's text. */
  readonly longestToken: number;
}

/**
 * No text of more bytes than the context's tokens can spell fits, and a message has at least one
 * token.
 * @param cut whether a completion that is too long loses its end.
 * @throws PromptLengthError naming the limit
 */
export function checkLength(item: TextItem, room: TextRoom, cut: boolean): TextItem {
  const bytes = room.tokens * room.longestToken;
  const limit = `at most ${bytes} fit into the model's context, ${room.tokens} tokens of at most ${room.longestToken} bytes`;
  const said = item.prompt?.chat?.messages ?? [];
  const parts = said.reduce((sum, { toolCalls }) => sum + 1 + toolCalls.length, 0);
  if (parts > room.tokens)
    throw new PromptLengthError(
      `the conversation has ${parts} messages and tool calls: the model's context holds ${room.tokens} tokens`,
    );
  const ids = item.prompt?.ids?.ids.length ?? 0;
  if (ids > room.tokens)
    throw new PromptLengthError(
      `the prompt has ${ids} tokens: the model's context holds ${room.tokens}`,
    );
  const asked = bytesOf(item.prompt);
  if (asked > bytes) throw new PromptLengthError(`the prompt has ${asked} bytes: ${limit}`);
  const { completion } = item;
  if (Buffer.byteLength(completion) <= bytes) return item;
  if (!cut)
    throw new PromptLengthError(
      `a completion has ${Buffer.byteLength(completion)} bytes: ${limit}`,
    );
  // A character (UTF-16) has a byte or more.
  return { ...item, completion: completion.slice(0, bytes) };
}

const textsOf = ({ content, parts, toolCalls }: Message__Output): string[] => [
  content,
  ...parts.map(({ text }) => text ?? ''),
  ...toolCalls.flatMap((call) => [call.name, call.arguments]),
];

function bytesOf(prompt: Prompt__Output | null): number {
  const tools = prompt?.chat?.toolUse?.tools.map(({ definition }) => definition) ?? [];
  const texts = [...(prompt?.chat?.messages.flatMap(textsOf) ?? [prompt?.text ?? '']), ...tools];
  return [...texts, prompt?.prefix ?? ''].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
