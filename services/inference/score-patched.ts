// Log-probabilities of given completions with the states of another model in the place of the model's
// own.

import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { scorePatched as scoreItems } from '#generation/patched-score.js';
import type { ReadyModel } from './models.js';
import { encodedItems } from './score-completions.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** @param source of the model's base. @throws as Tokens and the engine do */
export async function scorePatched(
  tokens: Tokens,
  model: ReadyModel,
  source: ReadyModel,
  request: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  const items = await encodedItems(tokens, model, request, caller);
  const { engine, adapter } = model;
  const scores = await scoreItems(engine, items, { ...caller, adapter, source: source.adapter });
  return scores.map(({ sum, tokens: tokenLogProbs, patched }) => ({
    sum,
    tokenLogProbs,
    patched: patched.map((logProbs) => ({ logProbs })),
  }));
}
