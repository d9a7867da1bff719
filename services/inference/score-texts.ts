// Log-probabilities of texts' own tokens, and what would go on after them.

import { first } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws InvalidRequestError for an item with a completion, and as Tokens and the engine do */
export async function scoreTexts(
  tokens: Tokens,
  { base, engine, adapter }: ReadyModel,
  { items }: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  if (items.some(({ completion }) => completion !== ''))
    throw new InvalidRequestError('items.completion: expected none where prompts are scored whole');
  const encoded = await tokens.encode(base, items, { ...caller, maxContext: engine.maxContext });
  const texts = encoded.map(({ prompt }) => prompt.ids);
  // The place after the last token is asked about by any token there.
  const asked = texts.map((ids) => ({
    prompt: ids.slice(0, 1),
    completion: [...ids.slice(1), first(ids)],
  }));
  const scores = await engine.score(asked, { ...caller, adapter, kind: 'detail' });
  const details = scores.map(({ detail }) => detail);
  const spelt = await tokens.spell(
    base,
    zip(texts, details).map(([ids, detail]) => ({ tokens: ids, best: detail?.best ?? [] })),
    caller,
  );
  return zip(scores, details, spelt).map(([score, detail, { tokens: spelling, best }]) => {
    const tokenLogProbs = score.tokens.slice(0, -1);
    return {
      sum: tokenLogProbs.reduce((a, b) => a + b, 0),
      tokenLogProbs,
      greedy: detail?.greedy.slice(0, -1),
      spelling: { tokens: [...spelling], best: [...best], bestLogProbs: detail?.bestLogProbs },
    };
  });
}
