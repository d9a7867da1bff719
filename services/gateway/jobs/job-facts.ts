// What a job was and what it read and left, for the page that a person reads.

import type { Facts } from '#report-page/report.js';
import type { ReportHashes } from './job-report.js';
import type { ToldJob } from './job-words.js';

type Fact = Facts['facts'][number];

export const jobFacts = (
  job: ToldJob,
  hashes: ReportHashes,
  seconds: Readonly<Record<string, number>>,
): Facts[] => [
  { title: 'Models', facts: modelFacts(job) },
  {
    title: 'The job',
    facts: [
      ['id', job.id],
      ['status', job.status],
      ...timeOf('created', job.createdAt),
      ...timeOf('finished', job.finishedAt),
      ...Object.entries(seconds).map(([stage, time]): Fact => [stage, `${time.toFixed(1)} s`]),
    ],
  },
  { title: 'Content, by SHA-256', facts: hashFacts(job, hashes) },
  { title: 'Settings, every default filled in', facts: flat('', settingsOf(job)) },
];

const modelFacts = ({ request, base, adapter, fineTunedModel, data }: ToldJob): Fact[] => [
  ['unlearned', fineTunedModel ?? 'none yet'],
  ['began as', request.model],
  ['base', base],
  ...known('adapter that it began as', adapter),
  ...known('reference', data.reference?.base),
  ...known("reference's adapter", data.reference?.adapter?.hash),
];

const hashFacts = (
  { data }: ToldJob,
  { before, after, knowledge, audit }: ReportHashes,
): Fact[] => [
  ...known('forget set', data.training?.hash),
  ...known('retain set', data.retain?.hash),
  ...known('forget set as evaluated', data.evaluation?.forget.hash),
  ...known('retain set as evaluated', data.evaluation?.retain.hash),
  ...known('report before', before),
  ...known('report after', after),
  ...known('version of the knowledge base', data.knowledge?.version.hash),
  ...known('report of the knowledge base', knowledge),
  ...known('audit', audit),
];

const settingsOf = ({ request }: ToldJob): object => ({ seed: request.seed, ...request.method });

const known = (label: string, value: string | null | undefined): Fact[] =>
  value === null || value === undefined ? [] : [[label, value]];

const timeOf = (label: string, time: Date | null): Fact[] =>
  time === null ? [] : [[label, time.toISOString()]];

/** Leaves by their path, such as `unlearn.objective.type`. */
function flat(path: string, value: unknown): Fact[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return value === undefined
      ? []
      : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flat(path === '' ? key : `${path}.${key}`, inner),
  );
}
