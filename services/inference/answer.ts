// An answer as the engine gives it, as messages of the service.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Chunk } from '#generation/running/chunk.js';
import { LeadTrimmer } from './lead-trimmer.js';

interface Around {
  readonly prompt: readonly number[];
  /** What the chat template puts before the answer: no part of its text. */
  readonly lead: string;
  /** Whether all ids are told, the prompt's too. */
  readonly tokenIds: boolean;
  readonly atOnce: boolean;
  /** What the first chunk repeats of another call's answer. */
  readonly resume: readonly number[];
}

/**
 * What has neither text nor anything that was asked for is not told on its own: its tokens are, with
 * the next text.
 */
export async function* answerOf(
  chunks: AsyncIterable<Chunk>,
  { prompt, lead, tokenIds: hasIds, atOnce, resume }: Around,
): AsyncGenerator<GenerateChunk, void, void> {
  const trimmer = new LeadTrimmer(lead);
  let completionTokens = 0;
  let tokenIds: number[] = [];
  for await (const chunk of chunks) {
    const isFirst = completionTokens === 0;
    const isTold = isFirst && resume.length > 0;
    completionTokens += chunk.tokenIds.length;
    const text = trimmer.push(chunk.text);
    if (!isTold) tokenIds.push(...chunk.tokenIds);
    const told = {
      ...(chunk.logProbs ? { logProbs: [...chunk.logProbs] } : {}),
      ...(hasIds || !atOnce ? { tokenIds } : {}),
      ...(hasIds && isFirst && !isTold ? { promptTokenIds: [...prompt] } : {}),
      ...decodingOf(chunk),
    };
    if (chunk.finishReason) {
      const { finishReason } = chunk;
      const usage = {
        promptTokens: prompt.length,
        completionTokens,
        cachedTokens: chunk.cachedTokens ?? 0,
      };
      yield { ...told, text: text + trimmer.flush(), finishReason, usage, ...stopOf(chunk) };
      return;
    }
    if (text === '' && !chunk.logProbs && !hasIds && !isTold) continue;
    yield { ...told, text };
    tokenIds = [];
  }
  throw new Error('the generation ended without a reason');
}

/** Without what another call has told, which is the first chunk of a resumed answer. */
export async function* untold(
  chunks: AsyncIterable<GenerateChunk>,
  { resume }: Pick<Around, 'resume'>,
): AsyncGenerator<GenerateChunk, void, void> {
  let isTold = resume.length > 0;
  for await (const chunk of chunks) {
    if (!isTold) yield chunk;
    else if (chunk.finishReason) yield { ...chunk, text: '' };
    isTold = false;
  }
}

export function decodingOf({ decoding }: Chunk): Pick<GenerateChunk, 'decoding'> {
  if (!decoding) return {};
  return { decoding: { ...decoding, layers: Object.fromEntries(decoding.layers) } };
}

export function stopOf({ stopReason }: Chunk): Pick<GenerateChunk, 'stop' | 'stopToken'> {
  if (stopReason === undefined) return {};
  return typeof stopReason === 'number' ? { stopToken: stopReason } : { stop: stopReason };
}
