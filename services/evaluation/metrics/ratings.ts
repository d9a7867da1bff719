// What a judge that is a language model thinks of the answers: ReLearn's four ratings.

import { first } from '#collections/items.js';
import type { MeanRatings } from '#contracts/artifacts.js';
import { bootstrap } from '#metrics/bootstrap.js';
import type { Ratings } from '#metrics/ratings.js';
import { mean } from '#metrics/statistics.js';
import type { Figures, SetMetric, VerdictMetric } from './metric.js';

export const ratings: VerdictMetric<'ratings'> & SetMetric<'ratingsForget' | 'ratingsRetain'> = {
  verdict: ({ ratings: given }) => ({ ratings: given }),
  summary: ({ forget, retain }) => ({
    ratingsForget: meansOf(forget, 'forgetting'),
    ratingsRetain: meansOf(retain, 'retention'),
  }),
};

function meansOf(
  rows: readonly Figures[],
  knowledge: 'forgetting' | 'retention',
): MeanRatings | null {
  const rated = rows.flatMap(({ ratings: given }) => given ?? []);
  if (rated.length === 0) return null;
  const meanOf = (name: keyof Ratings): MeanRatings['fluency'] => {
    const values = rated.flatMap((given) => given[name] ?? []);
    return { mean: mean(values), interval: bootstrap([values], first) };
  };
  return {
    [knowledge]: meanOf(knowledge),
    relevance: meanOf('relevance'),
    fluency: meanOf('fluency'),
    unrated: rows.length - rated.length,
  };
}
