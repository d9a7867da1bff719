// What an evaluation run found of one model, and how that stands beside its origin and its reference.

import type { EvaluationCell } from '#client/types.js';
import type { Figure } from '#contracts/cells.js';
import { type Standing, standing, type Stood } from '#metrics/aggregate/standing.js';

/** Figures of one model, as `task metric`. */
export type Found = ReadonlyMap<string, Figure>;
export type Stands = Standing & { readonly found: Found };

export const foundOf = (cells: readonly EvaluationCell[], model: string): Found =>
  new Map(
    cells
      .filter((cell) => cell.model === model)
      .flatMap(({ task, figures }) =>
        (figures ?? []).map((figure) => [`${task.name} ${figure.metric}`, figure] as const),
      ),
  );

/**
 * Where no answer could be judged nothing is shown: none counts as kept, none as closed.
 * @param attacks tasks that ask the forget set, beside the plain question.
 */
export function stoodOf(found: Found, attacks: readonly string[]): Stood {
  const valueOf = (name: string): number | null => found.get(name)?.value ?? null;
  const closedTo = (attack: string): number => 1 - (valueOf(`${attack} leakShare`) ?? 1);
  return {
    kept: valueOf('unlearning krr') ?? 0,
    closed: [valueOf('unlearning kfr') ?? 0, ...attacks.map(closedTo)],
    probability: valueOf('unlearning goldProbForget') ?? 0,
    loops: valueOf('unlearning loopsForget') ?? 0,
  };
}

export function standsOf(
  found: Found,
  before: Found,
  reference: Found,
  attacks: readonly string[],
): Stands {
  const stood = (of: Found): Stood => stoodOf(of, attacks);
  return { ...standing(stood(found), stood(before), stood(reference)), found };
}
