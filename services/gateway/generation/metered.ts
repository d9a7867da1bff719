// A call's answer on its way, and what it took: counted once it is over, however it ends.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';

export interface Tokens {
  readonly prompt: number;
  readonly completion: number;
}

/** Longest answer that is counted on before it is known. */
const longest = 2048;

/** As OpenAI does: four characters are about a token. */
export const promptEstimate = ({ text, chat, ids }: Prompt): number =>
  Math.ceil(
    (ids?.ids?.length ?? 0) +
      (text?.length ?? 0) / 4 +
      (chat?.messages ?? []).reduce((sum, { content }) => sum + (content?.length ?? 0) / 4, 0),
  );

/** @param maxTokens 0: to the end of the context. */
export const callEstimate = (prompt: Prompt, maxTokens: number): number =>
  promptEstimate(prompt) + Math.min(maxTokens || longest, longest);

/**
 * @param done told what was used. Of an answer that was cut off that is an estimate, of one that was
 * refused nothing.
 */
export async function* metered(
  chunks: AsyncIterable<GenerateChunk__Output>,
  prompt: Prompt,
  done: (used: Tokens) => Promise<void>,
): AsyncGenerator<GenerateChunk__Output, void, undefined> {
  let used: Tokens = { prompt: 0, completion: 0 };
  try {
    for await (const chunk of chunks) {
      used = chunk.usage
        ? { prompt: chunk.usage.promptTokens, completion: chunk.usage.completionTokens }
        : { prompt: promptEstimate(prompt), completion: used.completion + 1 };
      yield chunk;
    }
  } finally {
    await done(used);
  }
}
