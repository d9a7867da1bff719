// How a call wants its tokens chosen, checked.

import type { Sampling__Output } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { Decoding } from '#generation/decoding/strategies.js';
import type { GenerateRequest } from '#generation/generation.js';
import type { ModelConfig } from '#models/types.js';
import { beamsOf } from './beams.js';
import { decodingOf } from './decoding.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';

export type Asked = Omit<GenerateRequest, 'prompt' | 'adapter' | 'signal'>;

interface Bounds {
  /** Tokens of prompt and answer together. */
  readonly maxContext: number;
  /** Ids below it are tokens. */
  readonly vocabulary: number;
  readonly config: ModelConfig;
}

/** The model's own strategy, for calls that leave it to the model. */
type Own = Decoding | undefined;

/** Words that must not come are left to who can spell them. @throws InvalidRequestError by name */
export function samplingOf(sampling: Sampling__Output | null, bounds: Bounds, own?: Own): Asked {
  if (!sampling) return { maxTokens: bounds.maxContext };
  checkNumbers(sampling);
  const { allowedTokenIds, stopTokenIds, minTokens, repetitionPenalty } = sampling;
  const logitBias = new Map(Object.entries(sampling.logitBias).map(([id, x]) => [Number(id), x]));
  checkIds('logit_bias', logitBias.keys(), bounds);
  checkIds('allowed_token_ids', allowedTokenIds, bounds);
  checkIds('stop_token_ids', stopTokenIds, bounds);
  const maxTokens = sampling.maxTokens || bounds.maxContext;
  if (minTokens > maxTokens)
    throw wrong('min_tokens', `at most as many as max_tokens, ${maxTokens}`, minTokens);
  const { temperature, topK, stop, seed, minP, presencePenalty, frequencyPenalty } = sampling;
  const { ignoreEos, includeStop, spellSpecial: spellsSpecial, choice } = sampling;
  return {
    maxTokens,
    temperature,
    topP: sampling.topP || 1,
    topK,
    stop,
    seed,
    choice,
    minP,
    repetitionPenalty: repetitionPenalty || 1,
    presencePenalty,
    frequencyPenalty,
    minTokens,
    ignoreEos,
    stopTokenIds,
    includeStop,
    spellsSpecial,
    ...(logitBias.size > 0 ? { logitBias } : {}),
    ...(allowedTokenIds.length > 0 ? { allowedTokenIds } : {}),
    beams: beamsOf(sampling),
    ...decodedBy(sampling, bounds, own),
  };
}

function decodedBy(
  { decoding, ownDecoding }: Sampling__Output,
  { config }: Bounds,
  own: Own,
): Pick<Asked, 'decoding'> {
  if (decoding) return { decoding: decodingOf(decoding, config) };
  return ownDecoding && own ? { decoding: own } : {};
}

function checkNumbers(sampling: Sampling__Output): void {
  const ranges = [
    ['temperature', sampling.temperature, 0, 100],
    ['top_p', sampling.topP, 0, 1],
    ['min_p', sampling.minP, 0, 1],
    ['repetition_penalty', sampling.repetitionPenalty, 0, 2],
    ['presence_penalty', sampling.presencePenalty, -2, 2],
    ['frequency_penalty', sampling.frequencyPenalty, -2, 2],
    ...Object.values(sampling.logitBias).map((bias) => ['logit_bias', bias, -100, 100] as const),
  ] as const;
  for (const [name, value, least, most] of ranges)
    if (!(value >= least && value <= most))
      throw wrong(name, `a number from ${least} to ${most}`, value);
}

function checkIds(name: string, ids: Iterable<number>, { vocabulary }: Bounds): void {
  for (const id of ids) if (id >= vocabulary) throw wrong(name, `ids below ${vocabulary}`, id);
}

const wrong = (name: string, expected: string, found: number): InvalidRequestError =>
  new InvalidRequestError(`sampling.${name}: expected ${expected}, found ${found}`);
