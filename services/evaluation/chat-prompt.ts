// A conversation as inference is asked it.

import { type Message, partsOf } from '#contracts/examples.js';
import type { Message as Asked } from '#contracts/generated/lethe/inference/v1/Message.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';

/** @param prefix the beginning of an answer: the model goes on from there. */
export const chatPrompt = (messages: readonly Message[], prefix?: string): Prompt => ({
  chat: { messages: messages.map(asked) },
  ...(prefix ? { prefix } : {}),
});

/** Pictures are named by their artifacts, which inference reads itself. */
function asked({ role, content, images }: Message): Asked {
  if (!images) return { role, content };
  const parts = partsOf(content, images).map((part) =>
    typeof part === 'string'
      ? { text: part }
      : { image: { file: part.file, detail: part.detail ?? '' } },
  );
  return { role, content: '', parts };
}
