// An answer as the engine gives it, as messages of the service.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Chunk } from '#generation/running/sequence.js';
import { LeadTrimmer } from './lead-trimmer.js';

interface Around {
  readonly prompt: readonly number[];
  /** What the chat template puts before the answer: no part of its text. */
  readonly lead: string;
  /** Whether ids of tokens are told. */
  readonly hasIds: boolean;
}

/** What has neither text nor anything that was asked for is not told on its own. */
export async function* answerOf(
  chunks: AsyncIterable<Chunk>,
  { prompt, lead, hasIds }: Around,
): AsyncGenerator<GenerateChunk, void, void> {
  const trimmer = new LeadTrimmer(lead);
  let completionTokens = 0;
  for await (const chunk of chunks) {
    const isFirst = completionTokens === 0;
    completionTokens += chunk.tokenIds.length;
    const text = trimmer.push(chunk.text);
    const told = {
      ...(chunk.logProbs ? { logProbs: [...chunk.logProbs] } : {}),
      ...(hasIds ? { tokenIds: [...chunk.tokenIds] } : {}),
      ...(hasIds && isFirst ? { promptTokenIds: [...prompt] } : {}),
    };
    if (chunk.finishReason) {
      const { finishReason } = chunk;
      const usage = { promptTokens: prompt.length, completionTokens };
      yield { ...told, text: text + trimmer.flush(), finishReason, usage, ...stopOf(chunk) };
      return;
    }
    if (text !== '' || chunk.logProbs || hasIds) yield { ...told, text };
  }
  throw new Error('the generation ended without a reason');
}

function stopOf({ stopReason }: Chunk): Pick<GenerateChunk, 'stop' | 'stopToken'> {
  if (stopReason === undefined) return {};
  return typeof stopReason === 'number' ? { stopToken: stopReason } : { stop: stopReason };
}
