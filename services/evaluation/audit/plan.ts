// What an audit asks of which model.

import type { AuditRole } from '#contracts/audit.js';
import type { ModelRef } from '#contracts/jobs.js';
import { askedNames, type AuditTier, isAttack, type ProbeName, probes } from '#contracts/probes.js';

export type Cast = Readonly<Partial<Record<AuditRole, ModelRef>>>;

export interface Part {
  readonly role: AuditRole;
  readonly model: ModelRef;
  readonly probes: ProbeName[];
}

/**
 * The unlearned model and the reference are asked all of the tier, but for what the report after
 * has; the one before is measured alone: what it says is in the report before.
 */
export function planParts(tier: AuditTier, { after, before, reference }: Cast): Part[] {
  const asked = askedNames.filter((name) => tier === 'full' || probes[name].tier === 'quick');
  const measured = asked.filter((name) => !isAttack(name));
  const parts: { role: AuditRole; model: ModelRef | undefined; probes: ProbeName[] }[] = [
    { role: 'after', model: after, probes: asked.filter((name) => name !== 'direct') },
    { role: 'reference', model: reference, probes: asked },
    { role: 'before', model: before, probes: measured },
  ];
  return parts.flatMap(({ model, ...part }) => (model ? [{ ...part, model }] : []));
}
