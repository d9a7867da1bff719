// What a page is made of: a job's reports, whose rows are read when they are needed.

import type { Report } from '#contracts/artifacts.js';
import type { Audit } from '#contracts/audit.js';
import type { KnowledgeReport } from '#contracts/knowledge-report.js';

/** Without its rows, which may be read several times. */
export type Paged<R extends { rows: readonly unknown[] }> = Omit<R, 'rows'> & {
  readonly rows: () => AsyncIterable<R['rows'][number]> | Iterable<R['rows'][number]>;
};
export type PagedReport = Paged<Report>;
export type PagedKnowledge = Paged<KnowledgeReport>;
export type PagedAudit = Paged<Audit>;

/** Settings, names and hashes under a title, in the order in which they are shown. */
export interface Facts {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
}

/** Absent: not there yet, or not asked for. */
export interface JobReports {
  readonly before?: PagedReport;
  readonly after?: PagedReport;
  readonly knowledge?: PagedKnowledge;
  readonly audit?: PagedAudit;
}

export interface PageInput extends JobReports {
  readonly job: string;
  /** The unlearned model's name; null where the job has none yet. */
  readonly model: string | null;
  readonly facts: readonly Facts[];
}
