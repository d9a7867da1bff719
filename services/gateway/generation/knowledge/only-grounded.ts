// Holds inference to what it was asked: an answer from a knowledge base, never the model's alone.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import { ApiError } from '../../http/api.error.js';

/** @throws ApiError before the first text that is not: an earlier release passes over what it does not know. */
export async function* onlyGrounded(
  chunks: AsyncIterable<GenerateChunk__Output>,
): AsyncGenerator<GenerateChunk__Output, void, undefined> {
  let isGrounded = false;
  for await (const chunk of chunks) {
    isGrounded ||= chunk.grounding !== null;
    const isLast = chunk.finishReason !== '';
    if (isLast ? !chunk.grounding : chunk.text !== '' && !isGrounded)
      throw ApiError.unavailable(
        'The inference service cannot answer from knowledge bases: it is of another release.',
      );
    yield chunk;
  }
}
