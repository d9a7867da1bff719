// How many tokens a call is counted on before they are known.

import type { Part } from '#contracts/generated/lethe/inference/v1/Part.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';

export interface Tokens {
  readonly prompt: number;
  readonly completion: number;
}

/** Longest answer that is counted on before it is known. */
const longest = 2048;

/** Tokens of a picture, as LLaVA has them. */
const picture = 576;

/** As OpenAI does: four characters are about a token. */
export const promptEstimate = ({ text, chat, ids }: Prompt): number =>
  Math.ceil(
    (ids?.ids?.length ?? 0) +
      (text?.length ?? 0) / 4 +
      textsOf(chat).reduce((sum, { length }) => sum + length / 4, 0) +
      partsOf(chat).filter(({ image }) => image).length * picture,
  );

const partsOf = (chat: Prompt['chat']): Part[] =>
  (chat?.messages ?? []).flatMap(({ parts }) => parts ?? []);

const textsOf = (chat: Prompt['chat']): string[] => [
  ...(chat?.messages ?? []).map(({ content }) => content ?? ''),
  ...partsOf(chat).map(({ text }) => text ?? ''),
  ...(chat?.toolUse?.tools ?? []).map(({ definition }) => definition ?? ''),
];

/** @param maxTokens 0: to the end of the context. */
export const callEstimate = (prompt: Prompt, maxTokens: number): number =>
  promptEstimate(prompt) + Math.min(maxTokens || longest, longest);
