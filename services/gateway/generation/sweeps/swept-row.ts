// What a sweep has found of a row: its answer, beside the wrong ones.

import { first, item } from '#collections/items.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { SweepList } from './sweep-request.js';

/** @param scores of the answer, then of the wrong ones. */
export function sweptRow(
  scores: readonly CompletionScore__Output[],
  index: number,
): SweepList['data'][number] {
  const own = first(scores);
  return {
    object: 'decoding.sweep',
    index,
    tokens: own.tokenLogProbs.length,
    candidates: own.swept?.candidates ?? 0,
    log_prob: own.sum,
    greedy: own.swept?.greedy ?? 0,
    ...outranks(scores.map(({ sum }) => sum)),
    settings: (own.swept?.settings ?? []).map((setting, i) => ({
      log_prob: setting.sum,
      greedy: setting.greedy,
      changed: setting.changed,
      righted: setting.righted,
      wronged: setting.wronged,
      ...outranks(scores.map(({ swept }) => item(swept?.settings ?? [], i).sum)),
    })),
  };
}

function outranks([own = 0, ...wrong]: readonly number[]): { outranks?: boolean } {
  return wrong.length === 0 ? {} : { outranks: wrong.every((other) => own > other) };
}
