// What the three models of an audit are called on the page.

import type { AuditRole } from '#contracts/audit.js';
import type { PagedAudit } from './report.js';

const references = {
  model: 'a model that never saw the forget set',
  base: 'the base model, which never saw it',
  none: 'none: figures are held against 0',
} as const;

export const referenceWords = ({ reference }: PagedAudit): string => references[reference.kind];

export const roleWords: Readonly<Record<AuditRole, string>> = {
  after: 'after unlearning',
  before: 'before',
  reference: 'reference',
};

/** An audit of a model that no job trained may not know where it began. */
export const hasBefore = ({ measurements }: PagedAudit): boolean =>
  measurements.length === 0 || measurements.some(({ before }) => before !== null);

/** In the order of a plot's legend. @param audit absent: there is no reference. */
export const rolesOf = (audit: PagedAudit | undefined): [AuditRole, string][] =>
  (['after', 'before', 'reference'] as const)
    .filter((role) => role !== 'reference' || (audit && audit.reference.kind !== 'none'))
    .map((role) => [role, roleWords[role]]);
