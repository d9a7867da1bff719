// The model that a request names for its audit to compare with: a name in the tenant's own words,
// deep within the settings.

import type { Unlearn } from '#contracts/methods/unlearn.js';
import type { JobSettings } from '../database/schema.js';

type Unlearning = Unlearn['unlearn'];

export const referenceName = (request: JobSettings): string | undefined =>
  evaluationOf(request)?.reference;

/** @param reference undefined takes it out. */
export function withReference(request: JobSettings, reference: string | undefined): JobSettings {
  const { method } = request;
  const evaluation = evaluationOf(request);
  if (!evaluation || method.type !== 'unlearn') return request;
  const { reference: _name, ...others } = evaluation;
  const named = reference === undefined ? others : { ...others, reference };
  return {
    ...request,
    method: { ...method, unlearn: { ...method.unlearn, evaluation: named } },
  };
}

/** A request that an earlier release has kept may have none. */
function evaluationOf({ method }: Partial<JobSettings>): Unlearning['evaluation'] | undefined {
  if (method?.type !== 'unlearn') return undefined;
  const { evaluation }: Partial<Unlearning> = method.unlearn;
  return evaluation;
}
