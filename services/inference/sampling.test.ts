import { expect, test } from 'vitest';
import type { Sampling__Output } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { samplingOf } from './sampling.js';

/** As the message comes where nothing is said. */
const NO_SAMPLING: Sampling__Output = {
  maxTokens: 0,
  temperature: 0,
  topP: 0,
  topK: 0,
  stop: [],
  seed: 0,
  minP: 0,
  repetitionPenalty: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  logitBias: {},
  allowedTokenIds: [],
  badWords: [],
  minTokens: 0,
  ignoreEos: false,
  stopTokenIds: [],
  includeStop: false,
  spellSpecial: false,
  choice: 0,
  decoding: null,
  beams: null,
  ownDecoding: false,
};

const bounds = { maxContext: 64, vocabulary: 100, config: TINY_CONFIG };

test('what is not said is off, and as long as the context', () => {
  expect(samplingOf(null, bounds)).toEqual({ maxTokens: 64 });
  expect(samplingOf(NO_SAMPLING, bounds)).toMatchObject({
    maxTokens: 64,
    topP: 1,
    repetitionPenalty: 1,
  });
});

test.each([
  [{ temperature: 101 }, 'temperature: expected a number from 0 to 100, found 101'],
  [{ topP: 1.5 }, 'top_p'],
  [{ minP: -1 }, 'min_p'],
  [{ repetitionPenalty: 2.5 }, 'repetition_penalty'],
  [{ presencePenalty: NaN }, 'presence_penalty'],
  [{ frequencyPenalty: -3 }, 'frequency_penalty'],
  [{ logitBias: { 5: 101 } }, 'logit_bias: expected a number from -100 to 100, found 101'],
  [{ logitBias: { 100: 1 } }, 'logit_bias: expected ids below 100, found 100'],
  [{ allowedTokenIds: [1, 100] }, 'allowed_token_ids: expected ids below 100, found 100'],
  [{ stopTokenIds: [1e6] }, 'stop_token_ids'],
  [{ minTokens: 65 }, 'min_tokens: expected at most as many as max_tokens, 64, found 65'],
  [{ minTokens: 3, maxTokens: 2 }, 'min_tokens'],
])('%j is refused by name', (wrong, message) => {
  expect(() => samplingOf({ ...NO_SAMPLING, ...wrong }, bounds)).toThrow(`sampling.${message}`);
});
