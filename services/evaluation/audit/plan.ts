// What an audit asks of which model.

import type { AuditRole } from '#contracts/audit.js';
import type { ModelRef } from '#contracts/jobs.js';
import { changeOf, isAttack, isPatching, type ProbeName } from '#contracts/probes.js';

export type Cast = Readonly<Partial<Record<AuditRole, ModelRef>>>;

export interface Part {
  readonly role: AuditRole;
  readonly model: ModelRef;
  readonly probes: ProbeName[];
}

/**
 * The unlearned model and the reference are asked everything, the one before the plain question, and it
 * is measured.
 * @param probes those that take training are left to `Relearning`.
 * @param isReported whether reports have what the plain question brought of the two.
 */
export function planParts(
  probes: readonly ProbeName[],
  { after, before, reference }: Cast,
  isReported: boolean,
): Part[] {
  const canPatch = Boolean(before && reference);
  const asked = probes.filter(
    (name) => !changeOf(name)?.relearned && (canPatch || !isPatching(name)),
  );
  const isLeft = (name: ProbeName): boolean => !isReported || name !== 'direct';
  // Its own states change nothing of what the model before says.
  const plainly = asked.filter(
    (name) => (!isAttack(name) && !isPatching(name)) || name === 'direct',
  );
  const parts: { role: AuditRole; model: ModelRef | undefined; probes: ProbeName[] }[] = [
    { role: 'after', model: after, probes: asked.filter(isLeft) },
    { role: 'reference', model: reference, probes: asked },
    { role: 'before', model: before, probes: plainly.filter(isLeft) },
  ];
  return parts.flatMap(({ model, ...part }) => (model ? [{ ...part, model }] : []));
}
