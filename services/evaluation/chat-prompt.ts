// A conversation as inference is asked it.

import type { Message } from '#contracts/examples.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';

/** @param prefix the beginning of an answer: the model goes on from there. */
export const chatPrompt = (messages: readonly Message[], prefix?: string): Prompt => ({
  chat: { messages: [...messages] },
  ...(prefix ? { prefix } : {}),
});
