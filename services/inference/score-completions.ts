// Log-probabilities of given completions after their prompts.

import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoreItem } from '#generation/running/score-batch.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws as Tokens and the engine do */
export async function scoreCompletions(
  tokens: Tokens,
  model: ReadyModel,
  request: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  const asked = await encodedItems(tokens, model, request, caller);
  const { engine, adapter } = model;
  const { gradient, layers, detail } = request;
  const kind = gradient ? 'gradient' : layers ? 'lens' : detail ? 'detail' : 'score';
  const scores = await engine.score(asked, { ...caller, adapter, kind });
  return scores.map(
    ({ sum, tokens: tokenLogProbs, detail: found, layers: early, gradientNorm }) => ({
      sum,
      tokenLogProbs,
      greedy: found?.greedy,
      mean: found?.mean,
      variance: found?.variance,
      gradientNorm,
      layers: early?.map((logProbs) => ({ logProbs })),
    }),
  );
}

/** Of a request whose completions are scored. @throws as Tokens do */
export async function encodedItems(
  tokens: Tokens,
  { base, engine: { maxContext } }: ReadyModel,
  { items, cut, end: ends }: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<ScoreItem[]> {
  const texts = items.map(({ prompt, completion }) => ({ prompt, completion, ends }));
  const encoded = await tokens.encode(base, texts, { ...caller, maxContext, cut });
  return encoded.map(({ prompt: { ids }, completion }) => {
    const room = cut ? Math.max(0, maxContext - ids.length) : undefined;
    return { prompt: ids, completion: completion.slice(0, room) };
  });
}
