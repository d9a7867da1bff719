// What the receipt of an unlearning job says.

import type { z } from 'zod';
import type { auditedSchema, AuditManifest } from '#contracts/audit.js';
import type { Unlearn } from '#contracts/methods/unlearn.js';
import type { Subject } from '#contracts/receipts/statement.js';
import { unlearningType } from '#contracts/receipts/unlearning.js';
import type { TenantRecords } from '../database/tenant-records.js';
import type { Entry } from '../receipts/receipt-log.js';
import { subjectOf } from '../receipts/subjects.js';
import type { Evidence } from './evidence.js';
import type { EndedJob } from './job-ledger.js';
import { receiptSettings } from './receipt-settings.js';

/** @param records of the transaction that ends the job: its files are still there. */
export async function unlearningEntry(
  { files }: TenantRecords,
  job: EndedJob,
  method: Unlearn,
  { base, adapter, before, after, audit }: Evidence,
): Promise<Entry> {
  const { training, retain, evaluation, holdout } = job.data;
  const file = async (name: Subject['name'], set: { space: string } | undefined) =>
    subjectOf(name, set && (await files.find(set.space))?.hash);
  const subject = [
    ...(await file('forget-set', training)),
    ...(await file('retain-set', retain)),
    ...(await file('forget-evaluation-set', evaluation?.forget)),
    ...(await file('retain-evaluation-set', evaluation?.retain)),
    ...(await file('holdout-set', holdout)),
    ...subjectOf('base-model', base),
    ...subjectOf('parent-adapter', job.adapter),
    ...subjectOf('adapter', adapter),
    ...subjectOf('report-before', job.before),
    ...subjectOf('report-after', job.after),
    ...subjectOf('reference-adapter', audit?.manifest.reference.adapter),
    ...subjectOf('report-audit', audit?.hash),
  ];
  return {
    kind: 'unlearning',
    targetId: job.id,
    subject,
    predicateType: unlearningType,
    predicate: {
      job: job.id,
      createdAt: job.createdAt.toISOString(),
      finishedAt: job.finishedAt.toISOString(),
      settings: receiptSettings(method, job.request.seed),
      before,
      after,
      ...(audit ? { audit: auditedOf(audit.manifest) } : {}),
    },
  };
}

/** Without words: those of a verdict are made of these. */
function auditedOf(audit: AuditManifest): z.infer<typeof auditedSchema> {
  const { tier, judge, reference, verdict, tasks, residualKnowledge, kfrUnderAttack } = audit;
  const { membership, truth, depth, unlearningDepth } = audit;
  const { passed, outcome } = verdict;
  return {
    tier,
    judge,
    reference: reference.kind,
    passed,
    outcome,
    tasks,
    residualKnowledge,
    kfrUnderAttack,
    membership,
    truth,
    depth,
    unlearningDepth,
  };
}
