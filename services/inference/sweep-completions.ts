// What DeCo would do with given completions, by each of many settings.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { CompletionScore } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { SettingScore } from '#contracts/generated/lethe/inference/v1/SettingScore.js';
import type { Sweep__Output } from '#contracts/generated/lethe/inference/v1/Sweep.js';
import type { DecoOptions } from '#generation/decoding/deco.js';
import type { Sweep, SweptStep } from '#generation/decoding/sweep.js';
import type { ScoredItem } from '#generation/generation.js';
import type { ModelConfig } from '#models/types.js';
import { decodingOf } from './decoding.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';
import type { Images, SeenPrompt } from './images/images.js';
import type { ReadyModel } from './models.js';
import { encodedItems } from './score-completions.js';
import type { CallerOptions, Tokens } from './tokens/tokens.js';

/** All layers' states of so many tokens are held at once. */
const LONGEST = 512;
const MOST_SETTINGS = 256;

type SweepRequest = ScoreRequest__Output & { readonly sweep: Sweep__Output };

export const isSweep = (request: ScoreRequest__Output): request is SweepRequest =>
  request.sweep !== null;

/** @throws InvalidRequestError by the field's name, and as Tokens and the engine do */
export async function sweepCompletions(
  tokens: Tokens,
  model: ReadyModel,
  request: SweepRequest,
  caller: CallerOptions,
  images: Images,
): Promise<CompletionScore[]> {
  const { engine, adapter } = model;
  const sweep = sweepOf(request, engine.config);
  const seen: SeenPrompt[] = [];
  for (const { prompt } of request.items) seen.push(await images.see(model, prompt, caller));
  const asked = await encodedItems(tokens, model, request, caller, seen);
  for (const [i, { completion }] of asked.entries())
    if (completion.length > LONGEST)
      throw new InvalidRequestError(
        `items[${i}].completion: expected at most ${LONGEST} tokens, found ${completion.length}`,
      );
  const scores = await engine.sweep(asked, sweep, { ...caller, adapter });
  return zip(asked, scores).map(([own, { sum, tokens: tokenLogProbs, swept = [] }]) => ({
    sum,
    tokenLogProbs,
    swept: {
      promptTokens: own.prompt.length,
      candidates: count(swept, ({ isCandidate }) => isCandidate),
      greedy: count(zip(swept, own.completion), ([{ choice }, token]) => choice === token),
      settings: sweep.settings.map((_, setting) => settingScore(own, swept, setting)),
    },
  }));
}

function sweepOf(request: SweepRequest, config: ModelConfig): Sweep {
  const other = (['source', 'whole', 'detail', 'layers', 'gradient'] as const).find(
    (name) => request[name],
  );
  if (other) throw new InvalidRequestError(`sweep: goes without ${other}`);
  const { settings, topP, topK } = request.sweep;
  if (settings.length === 0 || settings.length > MOST_SETTINGS)
    throw new InvalidRequestError(
      `sweep.settings: expected 1 to ${MOST_SETTINGS}, found ${settings.length}`,
    );
  const checked = settings.map(({ layers, alpha }, i) => {
    const asked = { strategy: 'deco', without: '', layers, alpha, topP, topK };
    return decodingOf(asked, config, `sweep.settings[${i}]`) as DecoOptions;
  });
  return { ...item(checked, 0), settings: checked };
}

/** Of one completion by one setting. */
function settingScore(
  { completion }: ScoredItem,
  swept: readonly SweptStep[],
  setting: number,
): SettingScore {
  const steps = zip(swept, completion).map(([{ choice, choices, logProbs }, token]) => ({
    logProb: item(logProbs, setting),
    was: choice === token,
    is: item(choices, setting) === token,
    isChanged: choice !== item(choices, setting),
  }));
  return {
    sum: steps.reduce((sum, { logProb }) => sum + logProb, 0),
    greedy: count(steps, ({ is }) => is),
    changed: count(steps, ({ isChanged }) => isChanged),
    righted: count(steps, ({ was, is }) => is && !was),
    wronged: count(steps, ({ was, is }) => was && !is),
  };
}

const count = <T>(list: readonly T[], holds: (one: T) => boolean): number =>
  list.filter(holds).length;
