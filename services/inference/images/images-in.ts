// The pictures that a prompt shows.

import type { Image__Output } from '#contracts/generated/lethe/inference/v1/Image.js';
import type { Message__Output } from '#contracts/generated/lethe/inference/v1/Message.js';
import type { Prompt__Output } from '#contracts/generated/lethe/inference/v1/Prompt.js';

/** In their order. */
export const imagesIn = (prompt: Prompt__Output | null): Image__Output[] =>
  (prompt?.chat?.messages ?? []).flatMap(({ parts }) =>
    parts.flatMap(({ image }) => (image ? [image] : [])),
  );

/** The same prompt for a thread that makes tokens: megabytes are not copied to it. */
export function withoutBytes(prompt: Prompt__Output | null): Prompt__Output | null {
  if (!prompt?.chat) return prompt;
  const messages = prompt.chat.messages.map((message): Message__Output => ({
    ...message,
    parts: message.parts.map((part) =>
      part.image ? { ...part, image: { ...part.image, bytes: Buffer.alloc(0) } } : part,
    ),
  }));
  return { ...prompt, chat: { ...prompt.chat, messages } };
}
