// Log-probabilities of given completions with the states of another model in the place of the model's
// own.

import { isDeepStrictEqual } from 'node:util';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import { scorePatched as scoreItems } from '#generation/patched-score.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { ReadyModel } from './models.js';
import { encodedItems } from './score-completions.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/**
 * @throws InvalidRequestError for a source of other layers or of other tokens, and as Tokens and the
 * engine do
 */
export async function scorePatched(
  tokens: Tokens,
  model: ReadyModel,
  source: ReadyModel,
  request: ScoreRequest__Output,
  caller: CallerOptions,
): Promise<CompletionScore[]> {
  if (source.base !== model.base) checkShape(model, source);
  const items = await encodedItems(tokens, model, request, caller);
  if (source.base !== model.base) {
    const others = await encodedItems(tokens, source, request, caller);
    if (!isDeepStrictEqual(items, others)) throw otherTokens(model, source);
  }
  const { engine, adapter } = model;
  const scores = await scoreItems(engine, items, { ...caller, adapter, source });
  return scores.map(({ sum, tokens: tokenLogProbs, patched }) => ({
    sum,
    tokenLogProbs,
    patched: patched.map((logProbs) => ({ logProbs })),
  }));
}

function checkShape({ base, engine }: ReadyModel, source: ReadyModel): void {
  const [own, other] = [shapeOf(engine), shapeOf(source.engine)];
  if (own !== other)
    throw new InvalidRequestError(
      `source.base: expected ${own}, as "${base}" has, found "${source.base}" with ${other}`,
    );
}

const shapeOf = ({ config }: ReadyModel['engine']): string =>
  `${config.numHiddenLayers} layers of ${config.hiddenSize} numbers`;

const otherTokens = ({ base }: ReadyModel, source: ReadyModel): InvalidRequestError =>
  new InvalidRequestError(
    `source.base: expected a model that reads the items as "${base}" does, found "${source.base}", which reads other tokens`,
  );
