// Log-probabilities of given completions after their prompts.

import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws as Tokens and the engine do */
export async function scoreCompletions(
  tokens: Tokens,
  { base, engine, adapter }: ReadyModel,
  { items, cut, detail, layers, gradient, end: ends }: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  const { maxContext } = engine;
  const texts = items.map(({ prompt, completion }) => ({ prompt, completion, ends }));
  const encoded = await tokens.encode(base, texts, { ...caller, maxContext, cut });
  const asked = encoded.map(({ prompt: { ids }, completion }) => {
    const room = cut ? Math.max(0, maxContext - ids.length) : undefined;
    return { prompt: ids, completion: completion.slice(0, room) };
  });
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
