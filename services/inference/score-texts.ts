// Log-probabilities of texts' own tokens, and what would go on after them.

import { first, item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Place } from '#contracts/generated/lethe/inference/v1/Place.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { mostLikeliest } from '#generation/running/graphs.js';
import type { LikeliestTokens } from '#generation/running/score.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { ReadyModel } from './models.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @throws InvalidRequestError by the field's name, and as Tokens and the engine do */
export async function scoreTexts(
  tokens: Tokens,
  { base, engine, adapter }: ReadyModel,
  { items, likeliest: asked }: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  if (items.some(({ completion }) => completion !== ''))
    throw new InvalidRequestError('items.completion: expected none where prompts are scored whole');
  if (asked > mostLikeliest)
    throw new InvalidRequestError(
      `likeliest: expected at most ${mostLikeliest} tokens, found ${asked}`,
    );
  const encoded = await tokens.encode(base, items, { ...caller, maxContext: engine.maxContext });
  const texts = encoded.map(({ prompt }) => prompt.ids);
  // The place after the last token is asked about by any token there.
  const scored = texts.map((ids) => ({
    prompt: ids.slice(0, 1),
    completion: [...ids.slice(1), first(ids)],
  }));
  const scores = await engine.score(scored, { ...caller, adapter, kind: 'likeliest' });
  const places = scores.map(({ likeliest = [] }) => likeliest);
  const count = Math.max(1, asked);
  const others = places.map((own) => own.map(({ ids }) => ids.slice(0, count)));
  const spelt = await tokens.spell(
    base,
    zip(texts, others).map(([ids, other]) => ({ tokens: ids, others: other })),
    caller,
  );
  return zip(scores, texts, places, spelt).map(([{ tokens: all }, ids, own, spelling]) => {
    const tokenLogProbs = all.slice(0, -1);
    return {
      sum: tokenLogProbs.reduce((a, b) => a + b, 0),
      tokenLogProbs,
      spelling: {
        ids: [...ids],
        tokens: [...spelling.tokens],
        places: zip(own, spelling.others).map(([place, names], i) => ({
          ...(i < tokenLogProbs.length
            ? placed(place, item(ids, i + 1), item(tokenLogProbs, i))
            : {}),
          top: names.map((text, at) => ({
            id: item(place.ids, at),
            text,
            logProb: item(place.logProbs, at),
          })),
        })),
      },
    };
  });
}

/**
 * Of the token that stands in a place. Its own log-probability was summed in another order than
 * those of the likeliest: of one token there is one number, and it keeps the token's rank.
 */
function placed(
  { ids, logProbs, above }: LikeliestTokens,
  token: number,
  own: number,
): Pick<Place, 'logProb' | 'rank'> {
  const at = ids.indexOf(token);
  if (at < 0)
    return {
      logProb: Math.min(own, ...logProbs.slice(-1)),
      rank: Math.max(ids.length, above) + 1,
    };
  const logProb = item(logProbs, at);
  return { logProb, rank: logProbs.filter((other) => other >= logProb).length };
}
