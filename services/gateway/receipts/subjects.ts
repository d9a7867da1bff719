// What a receipt is about, by hash alone.

import { createHash } from 'node:crypto';
import type { Subject } from '#contracts/receipts/statement.js';
import type { FileRow, JobRow, KnowledgeBaseRow, ModelRow } from '../database/tenant-records.js';

/** @returns none where there is no hash. */
export const subjectOf = (name: Subject['name'], sha256: string | null | undefined): Subject[] =>
  sha256 ? [{ name, digest: { sha256 } }] : [];

/** Of what is no bytes. */
export const idSubject = (name: 'job' | 'evaluation-run' | 'tenant', id: string): Subject[] =>
  subjectOf(name, createHash('sha256').update(id).digest('hex'));

export const fileSubject = ({ hash }: Pick<FileRow, 'hash'>): Subject[] => subjectOf('file', hash);

export const knowledgeBaseSubject = ({ hash }: Pick<KnowledgeBaseRow, 'hash'>): Subject[] =>
  subjectOf('knowledge-base', hash);

export const modelSubject = ({ adapter }: Pick<ModelRow, 'adapter'>): Subject[] =>
  subjectOf('adapter', adapter);

export const jobSubjects = ({ id, before, after }: JobRow): Subject[] => [
  ...idSubject('job', id),
  ...subjectOf('report-before', before),
  ...subjectOf('report-after', after),
];
