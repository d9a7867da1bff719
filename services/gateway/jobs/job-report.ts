// A job's report as JSON text, written row by row: a large one is never whole in memory.

import { type Report, reportManifestSchema } from '#contracts/artifacts.js';
import { auditManifestSchema } from '#contracts/audit.js';
import type { Stretch } from '#contracts/stretches.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { readStretches } from '#platform/artifacts/stretches.js';

const manifests = {
  before: reportManifestSchema,
  after: reportManifestSchema,
  audit: auditManifestSchema,
} as const;
export type ReportStage = keyof typeof manifests;
/** Figures, and where the rows are. */
type Manifest = Readonly<Record<string, unknown>> & { readonly stretches: readonly Stretch[] };

export interface JobReportParts {
  readonly head: Readonly<Record<string, unknown>>;
  /** Hashes of what the stages left; null for what is not there yet. */
  readonly reports: Readonly<Record<ReportStage, string | null>>;
  readonly seconds: Readonly<Record<string, number>>;
}

interface StageReport {
  readonly stage: string;
  readonly report: Manifest | Report;
}

/** @throws before its first text where a report cannot be read. */
export async function jobReportJson(
  store: ArtifactSpace,
  { head, reports, seconds }: JobReportParts,
): Promise<AsyncGenerator<string, void, void>> {
  const stages: StageReport[] = [];
  for (const stage of Object.keys(manifests) as ReportStage[]) {
    const hash = reports[stage];
    if (hash !== null) stages.push({ stage, report: await readReport(store, stage, hash) });
  }
  return documentJson(store, head, stages, seconds);
}

async function* documentJson(
  store: ArtifactSpace,
  head: JobReportParts['head'],
  stages: readonly StageReport[],
  seconds: JobReportParts['seconds'],
): AsyncGenerator<string, void, void> {
  yield JSON.stringify(head).slice(0, -1);
  for (const { stage, report } of stages) {
    yield `,"${stage}":`;
    yield* reportJson(store, report);
  }
  yield `,"seconds":${JSON.stringify(seconds)}}`;
}

/** A report of an earlier version is one document with its rows in it. */
async function readReport(
  store: ArtifactSpace,
  stage: ReportStage,
  hash: string,
): Promise<Manifest | Report> {
  const document = await store.getJson(hash);
  const manifest = manifests[stage].safeParse(document);
  return manifest.success ? manifest.data : (document as Report);
}

async function* reportJson(
  store: ArtifactSpace,
  report: Manifest | Report,
): AsyncGenerator<string, void, void> {
  if (!('stretches' in report)) return yield JSON.stringify(report);
  const { stretches, ...head } = report;
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let separator = '';
  for await (const row of readStretches(store, stretches)) {
    yield separator + JSON.stringify(row);
    separator = ',';
  }
  yield ']}';
}
