// Which of the settings that were tried a model is to answer with.

import { first } from '#collections/items.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { KnowledgeManifest, KnowledgeRow } from '#contracts/knowledge-report.js';
import { type Choice, chooseThreshold } from '#metrics/grounding/threshold.js';

/** Of a link's log-probability; the first of equals is chosen: inference's own default. */
const WEIGHTS = [1, 0, 4, 16];

/** Links alone, and none is refused for being unsure. */
export const triedSettings: readonly GroundingSettings[] = WEIGHTS.map((weight) => ({
  min_mass: -1e6,
  margin: 0,
  retriever_weight: weight,
  wording: 'rows',
}));

export type Chosen = Pick<KnowledgeManifest, 'settings' | 'choice'>;

/**
 * At the wanted precision, the weight that answers most; where none reaches it, the most precise one.
 * @param rows of the validation questions, each asked with all that was tried.
 */
export function chooseSettings(rows: readonly KnowledgeRow[], wanted: number): Chosen {
  const choices = WEIGHTS.map((weight) => {
    const own = rows.filter(({ settings }) => settings.retriever_weight === weight);
    return { weight, n: own.length, ...chooseThreshold(own, wanted) };
  });
  const { weight, n, minMass, margin, precision, coverage, reached } = choices.reduce(
    (best, other) => (isBetter(other, best) ? other : best),
    first(choices),
  );
  // Where nothing is right there is nothing to choose by: inference's defaults stay.
  const threshold = !precision ? {} : { min_mass: Math.min(minMass, 0), margin };
  return {
    settings: { ...threshold, retriever_weight: weight },
    choice: { wanted, reached, precision, coverage, n },
  };
}

function isBetter(one: Choice, other: Choice): boolean {
  if (one.reached !== other.reached) return one.reached;
  if (one.reached) return one.coverage > other.coverage;
  return (one.precision ?? 0) > (other.precision ?? 0);
}
