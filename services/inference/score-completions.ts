// Log-probabilities of given completions after their prompts.

import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoredItem } from '#generation/generation.js';
import type { Images, SeenPrompt } from './images/images.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws as Tokens and the engine do */
export async function scoreCompletions(
  tokens: Tokens,
  model: ReadyModel,
  request: ScoreRequest__Output,
  caller: CallerOptions,
  images: Images,
): Promise<CompletionScore[]> {
  const seen: SeenPrompt[] = [];
  for (const { prompt } of request.items) seen.push(await images.see(model, prompt, caller));
  const asked = await encodedItems(tokens, model, request, caller, seen);
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

/** Of a request whose completions are scored. @param seen the items' prompts. @throws as Tokens do */
export async function encodedItems(
  tokens: Tokens,
  { base, engine: { maxContext } }: ReadyModel,
  { items, cut, end: ends }: ScoreRequest__Output,
  caller: CallerOptions,
  seen?: readonly SeenPrompt[],
): Promise<ScoredItem[]> {
  const texts = items.map(({ prompt, completion }, i) => {
    const { prompt: read, shown } = seen?.[i] ?? { prompt };
    return { prompt: read, completion, ends, shown };
  });
  const encoded = await tokens.encode(base, texts, { ...caller, maxContext, cut });
  return encoded.map(({ prompt: { ids }, completion }, i) => {
    const room = cut ? Math.max(0, maxContext - ids.length) : undefined;
    return { prompt: ids, completion: completion.slice(0, room), ...seen?.[i]?.images };
  });
}
