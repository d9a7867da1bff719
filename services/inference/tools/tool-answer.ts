// An answer in which a model may ask tools.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { ToolUse__Output } from '#contracts/generated/lethe/inference/v1/ToolUse.js';
import { ToolCallFinder } from './tool-calls.js';
import { type FamilyName, toolFamilies } from './tool-family.js';
import { mostOf } from './tool-use.js';

export function finderOf(family: FamilyName, use: ToolUse__Output): ToolCallFinder {
  const names = new Set(use.tools.map(({ name }) => name));
  return new ToolCallFinder(toolFamilies[family], names, mostOf(use));
}

/** The calls are told with the last chunk; an answer that was cut off says so. */
export async function* withToolCalls(
  chunks: AsyncIterable<GenerateChunk>,
  finder: ToolCallFinder,
): AsyncGenerator<GenerateChunk, void, void> {
  for await (const chunk of chunks) {
    const text = finder.push(chunk.text ?? '');
    if (!chunk.finishReason) {
      yield { ...chunk, text };
      continue;
    }
    const { text: rest, calls } = finder.finish();
    const asks = calls.length > 0 && chunk.finishReason === 'stop';
    yield {
      ...chunk,
      text: text + rest,
      toolCalls: [...calls],
      finishReason: asks ? 'tool_calls' : chunk.finishReason,
    };
  }
}
