// Prompts as vectors.

import { zip } from '#collections/zip.js';
import type { Embedding } from '#contracts/generated/lethe/inference/v1/Embedding.js';
import type { EmbedRequest__Output } from '#contracts/generated/lethe/inference/v1/EmbedRequest.js';
import { type Pooling, poolings } from '#contracts/pooling.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws InvalidRequestError naming the field, and as Tokens and the engine do */
export async function embedPrompts(
  tokens: Tokens,
  { base, engine, adapter }: ReadyModel,
  { prompts, pooling: named, dimensions }: EmbedRequest__Output,
  caller: CallerOptions,
): Promise<Embedding[]> {
  const pooling = poolingOf(named);
  const { maxContext, config } = engine;
  if (dimensions > config.hiddenSize)
    throw new InvalidRequestError(
      `dimensions: expected at most ${config.hiddenSize}, which "${base}" has, found ${dimensions}`,
    );
  const asked = prompts.map((prompt) => ({ prompt, completion: '' }));
  const encoded = await tokens.encode(base, asked, { ...caller, maxContext });
  const texts = encoded.map(({ prompt }) => prompt.ids);
  const embeddings = await engine.embed(texts, { ...caller, adapter, pooling });
  return zip(texts, embeddings).map(([{ length }, values]) => ({
    values: [...values.subarray(0, dimensions || undefined)],
    tokens: length,
  }));
}

function poolingOf(named: string): Pooling {
  const pooling = poolings.find((name) => name === named);
  if (pooling) return pooling;
  throw new InvalidRequestError(
    `pooling: expected one of ${poolings.join(', ')}, found "${named}"`,
  );
}
