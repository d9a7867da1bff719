// The bans that a request asks for: tokens, words, and ends that come too early.

import { last } from '#collections/items.js';
import type { Ban } from './ban.js';
import type { Sampling } from './sampling.js';

/** Bias at which a token is forbidden, as OpenAI's API has it. */
const FORBIDDEN = -100;

/** @param eosIds the model's own ends. @returns none where nothing is forbidden. */
export function bansOf(sampling: Sampling, eosIds: readonly number[]): Ban[] {
  const { allowedTokenIds, badWords = [], minTokens = 0, ignoreEos = false } = sampling;
  const { stopTokenIds = [], logitBias = new Map<number, number>() } = sampling;
  const biased = [...logitBias].filter(([, bias]) => bias <= FORBIDDEN).map(([id]) => id);
  const never = [...biased, ...(ignoreEos ? eosIds : [])];
  return [
    ...(allowedTokenIds ? [allOthers(allowedTokenIds)] : []),
    ...(never.length > 0 ? [tokens(never)] : []),
    ...(minTokens > 0 ? [early([...eosIds, ...stopTokenIds], minTokens)] : []),
    ...(badWords.length > 0 ? [words(badWords)] : []),
  ];
}

function allOthers(allowed: readonly number[]): Ban {
  return {
    forbid(logits) {
      const kept = allowed.map((id) => logits[id] ?? -Infinity);
      logits.fill(-Infinity);
      for (const [i, id] of allowed.entries()) logits[id] = kept[i]!;
    },
  };
}

const tokens = (ids: readonly number[]): Ban => ({
  forbid(logits) {
    for (const id of ids) logits[id] = -Infinity;
  },
});

const early = (ends: readonly number[], minTokens: number): Ban => ({
  forbid(logits, answer) {
    if (answer.length >= minTokens) return;
    for (const id of ends) logits[id] = -Infinity;
  },
});

/** A word's last token is forbidden after all of its others. */
const words = (spelt: readonly (readonly number[])[]): Ban => ({
  forbid(logits, answer) {
    for (const word of spelt) if (isBegun(word, answer)) logits[last(word)] = -Infinity;
  },
});

function isBegun(word: readonly number[], answer: readonly number[]): boolean {
  const start = answer.length - (word.length - 1);
  return start >= 0 && word.slice(0, -1).every((id, i) => answer[start + i] === id);
}
