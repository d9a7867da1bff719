// The model that a request names for its audit to compare with: a name in the tenant's own words,
// deep within the settings.

import type { JobSettings } from '../database/schema.js';

export const referenceName = ({ method }: JobSettings): string | undefined =>
  method.type === 'unlearn' ? method.unlearn.evaluation.reference : undefined;

/** @param reference undefined takes it out. */
export function withReference(request: JobSettings, reference: string | undefined): JobSettings {
  const { method } = request;
  if (method.type !== 'unlearn') return request;
  const { reference: _name, ...evaluation } = method.unlearn.evaluation;
  const named = reference === undefined ? evaluation : { ...evaluation, reference };
  return {
    ...request,
    method: { ...method, unlearn: { ...method.unlearn, evaluation: named } },
  };
}
