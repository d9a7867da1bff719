// What a search has found, as one message.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Usage } from '#contracts/generated/lethe/inference/v1/Usage.js';
import type { Chunk } from '#generation/running/chunk.js';

type Tell = (answer: AsyncIterable<Chunk>) => AsyncIterable<GenerateChunk>;

/** @param chunks of the engine, of which the last has all answers. @param tell one of them. */
export async function* searched(
  chunks: AsyncIterable<Chunk>,
  tell: Tell,
): AsyncGenerator<GenerateChunk, void, void> {
  for await (const { beside = [], ...best } of chunks) {
    if (!best.finishReason) continue;
    const answer = await whole(best, tell);
    const others = await Promise.all(beside.map((other) => whole(other, tell)));
    const usage = others.reduce<Usage>(joined, answer.usage ?? {});
    yield { ...answer, usage, beside: others };
  }
}

/** Of a prompt that was read once. */
const joined = (all: Usage, { usage }: GenerateChunk): Usage => ({
  ...all,
  completionTokens: (all.completionTokens ?? 0) + (usage?.completionTokens ?? 0),
});

async function whole(answer: Chunk, tell: Tell): Promise<GenerateChunk> {
  let told: GenerateChunk = {};
  for await (const chunk of tell(only(answer))) told = chunk;
  return told;
}

async function* only(chunk: Chunk): AsyncGenerator<Chunk, void, void> {
  yield chunk;
}
