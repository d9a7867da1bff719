// A generation's chunks as one answer.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';

/** What a model said, and whether it came to its end by itself. */
export interface Said {
  readonly answer: string;
  readonly finish: 'stop' | 'length';
}

/** Without spaces at its ends. */
export async function wholeAnswer(chunks: AsyncIterable<GenerateChunk__Output>): Promise<Said> {
  let [text, cut] = ['', false];
  for await (const chunk of chunks) {
    text += chunk.text;
    cut ||= chunk.finishReason === 'length';
  }
  return { answer: text.trim(), finish: cut ? 'length' : 'stop' };
}
