// What a job's stages have left, with rows that are read when they are needed: a large report is
// never whole in memory.

import type { z } from 'zod';
import { type Report, reportManifestSchema } from '#contracts/artifacts.js';
import { type Audit, auditManifestSchema } from '#contracts/audit.js';
import { knowledgeManifestSchema, type KnowledgeReport } from '#contracts/knowledge-report.js';
import type { Stretch } from '#contracts/stretches.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { readStretches } from '#platform/artifacts/stretches.js';
import type { JobReports, Paged } from '#report-page/report.js';

/** By content; null for what is not there yet. */
export type ReportHashes = Readonly<
  Record<'before' | 'after' | 'knowledge' | 'audit', string | null>
>;

/** @throws what the store does where a report cannot be read. */
export async function readReports(
  store: ArtifactSpace,
  { before, after, knowledge, audit }: ReportHashes,
): Promise<JobReports> {
  return {
    ...(before && { before: await readPaged<Report>(store, before, reportManifestSchema) }),
    ...(after && { after: await readPaged<Report>(store, after, reportManifestSchema) }),
    ...(knowledge && {
      knowledge: await readPaged<KnowledgeReport>(store, knowledge, knowledgeManifestSchema),
    }),
    ...(audit && { audit: await readPaged<Audit>(store, audit, auditManifestSchema) }),
  };
}

/** Figures, and where the rows are. */
type Manifest<R> = Omit<R, 'rows'> & { readonly stretches: readonly Stretch[] };

/** A report of release 0.1 is one document with its rows in it. */
async function readPaged<R extends { rows: readonly unknown[] }>(
  store: ArtifactSpace,
  hash: string,
  schema: z.ZodType<Manifest<R>>,
): Promise<Paged<R>> {
  const kept = await store.getJson(hash);
  const document = schema.safeParse(kept).data ?? (kept as R | Manifest<R>);
  if (!('stretches' in document)) return { ...document, rows: () => document.rows };
  const { stretches, ...head } = document;
  return { ...head, rows: () => readStretches(store, stretches) } as unknown as Paged<R>;
}
