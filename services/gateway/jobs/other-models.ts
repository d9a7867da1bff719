// The models that a request names beside its own, for its audit to compare with: names in the
// tenant's own words, deep within the settings.

import type { Unlearn } from '#contracts/methods/unlearn.js';
import type { JobSettings } from '../database/schema.js';

export const otherRoles = ['reference', 'before'] as const;
/** By what they are to the audit. */
export type OtherModels<T = string> = {
  readonly [R in (typeof otherRoles)[number]]?: T | undefined;
};

export const otherModels = (request: JobSettings): OtherModels => holderOf(request) ?? {};

/** @param names in place of those that the request has. */
export function withOtherModels(request: JobSettings, names: OtherModels): JobSettings {
  const { method } = request;
  const holder = holderOf(request);
  if (!holder) return request;
  const named = withNames(holder, names);
  if (method.type === 'audit')
    return { ...request, method: { ...method, audit: named as typeof method.audit } };
  if (method.type !== 'unlearn') return request;
  const evaluation = named as Unlearn['unlearn']['evaluation'];
  return { ...request, method: { ...method, unlearn: { ...method.unlearn, evaluation } } };
}

/** A request that an earlier release has kept may have none. */
function holderOf({ method }: Partial<JobSettings>): OtherModels | undefined {
  if (method?.type === 'audit') return method.audit;
  if (method?.type !== 'unlearn') return undefined;
  const { evaluation }: Partial<Unlearn['unlearn']> = method.unlearn;
  return evaluation;
}

function withNames(
  { reference: _reference, before: _before, ...others }: OtherModels,
  { reference, before }: OtherModels,
): object {
  return {
    ...others,
    ...(reference === undefined ? {} : { reference }),
    ...(before === undefined ? {} : { before }),
  };
}
