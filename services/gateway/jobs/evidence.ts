// What the stages of an unlearning job have left, for its receipt.

import { z } from 'zod';
import { type Summary, summarySchema } from '#contracts/artifacts.js';
import { type AuditManifest, auditManifestSchema } from '#contracts/audit.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';

export interface Evidence {
  /** Of the base model's files; null where the worker that trained does not tell. */
  readonly base: Hash | null;
  readonly adapter: Hash;
  readonly before: Summary;
  readonly after: Summary;
  /** Absent where the job was not audited. */
  readonly audit?: { readonly hash: Hash; readonly manifest: AuditManifest };
}

/** @param space the job's. @throws MissingInputError */
export async function readEvidence(space: ArtifactSpace, adapter: Hash): Promise<Evidence> {
  const [base, before, after, audit] = await Promise.all([
    space.getRef('base'),
    readSummary(space, 'before'),
    readSummary(space, 'after'),
    readAudit(space),
  ]);
  return { base, adapter, before, after, ...(audit ? { audit } : {}) };
}

const judgedSchema = z.object({ summary: summarySchema });

async function readSummary(space: ArtifactSpace, stage: 'before' | 'after'): Promise<Summary> {
  const hash = await space.getRef(stage);
  if (!hash) throw new MissingInputError(`the evaluation ${stage} left no report`);
  return judgedSchema.parse(await space.getJson(hash)).summary;
}

async function readAudit(space: ArtifactSpace): Promise<Evidence['audit']> {
  const hash = await space.getRef('audit');
  if (!hash) return undefined;
  return { hash, manifest: auditManifestSchema.parse(await space.getJson(hash)) };
}
