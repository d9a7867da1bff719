// A prompt that is embedded, as scoring passes read it.

import type { Pooling } from '#contracts/pooling.js';
import type { ScoreItem } from './running/score-batch.js';

/** @param prompt at least a token. */
export const embeddedItem = (prompt: readonly number[], pooling: Pooling): ScoreItem => {
  const begun = pooling === 'mean' ? 1 : prompt.length;
  return { prompt: prompt.slice(0, begun), completion: prompt.slice(begun), isEmbedded: true };
};
