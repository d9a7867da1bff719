// What must hold before a job is recorded; each refusal names the field.
import { Injectable } from '@nestjs/common';
import type { QaRow } from '#contracts/dataset.js';
import { type ObjectiveName, objectives } from '#contracts/objectives/index.js';
import type { JobData } from '../database/schema.js';
import { FilesService, readRows } from '../files/files.service.js';
import { ApiError } from '../http/api.error.js';
import type { Scope } from '../tenants/scope.js';
import { evaluationOf } from './job-flow.js';
import type { CreateJob } from './job-request.js';

interface DataSet {
  hash: string;
  rows: QaRow[];
}

@Injectable()
export class JobChecks {
  constructor(private readonly files: FilesService) {}

  /**
   * @returns the content of every file that the request names.
   * @throws ApiError 404 or 400 with the field's path.
   */
  async data(scope: Scope, request: CreateJob): Promise<JobData> {
    const training = await this.dataSet(scope, request.training_file, 'training_file');
    const { method } = request;
    const retain =
      method.type === 'unlearn'
        ? await this.dataSet(scope, method.unlearn.retain_file, 'method.unlearn.retain_file')
        : undefined;
    if (retain) refuseOverlap(training.rows, retain.rows);
    if (method.type === 'unlearn')
      refuseMissingAlternates(method.unlearn.objective.type, training.rows);
    const evaluation = await this.evaluation(scope, request, training, retain);
    return {
      training: training.hash,
      ...(retain ? { retain: retain.hash } : {}),
      ...(evaluation ? { evaluation } : {}),
    };
  }

  private async evaluation(
    scope: Scope,
    request: CreateJob,
    training: DataSet,
    retain: DataSet | undefined,
  ): Promise<JobData['evaluation']> {
    const options = evaluationOf(request);
    if (!options) return undefined;
    const at = `method.${request.method.type}.evaluation`;
    const forgetSet = options.forget_file
      ? await this.dataSet(scope, options.forget_file, `${at}.forget_file`)
      : training;
    const retainSet = options.retain_file
      ? await this.dataSet(scope, options.retain_file, `${at}.retain_file`)
      : retain;
    if (!retainSet)
      throw ApiError.invalid(
        `'${at}.retain_file' is needed: an evaluation asks about both sets.`,
        `${at}.retain_file`,
      );
    return { forget: forgetSet.hash, retain: retainSet.hash };
  }

  private async dataSet(scope: Scope, fileId: string, param: string): Promise<DataSet> {
    const { hash } = await this.files.find(scope, fileId, param);
    const rows = await readRows(scope.artifacts, hash, param);
    if (rows.length === 0)
      throw ApiError.invalid(`'${param}' names a file without a single row.`, param, 'empty_file');
    return { hash, rows };
  }
}

/** Some objectives compare each answer to forget with one that is preferred. */
function refuseMissingAlternates(objective: ObjectiveName, rows: QaRow[]): void {
  const missing =
    objectives[objective].alternate === 'file' ? rows.findIndex((row) => !row.alternates) : -1;
  if (missing < 0) return;
  throw ApiError.invalid(
    `The objective '${objective}' prefers another answer to the one to forget: row ${missing + 1} has no "alternate".`,
    'training_file',
    'missing_alternate',
  );
}

const shownPairs = 5;

/** A row in both sets would be taught and untaught at once. */
function refuseOverlap(forget: QaRow[], retain: QaRow[]): void {
  const rowOf = new Map<string, number>();
  for (const [index, row] of retain.entries()) {
    const question = normalised(row.question);
    if (!rowOf.has(question)) rowOf.set(question, index + 1);
  }
  const pairs = forget.flatMap((row, index) => {
    const other = rowOf.get(normalised(row.question));
    return other === undefined ? [] : [`${index + 1} = ${other}`];
  });
  if (pairs.length === 0) return;
  const more = pairs.length > shownPairs ? ` and ${pairs.length - shownPairs} more` : '';
  throw ApiError.invalid(
    `The forget set and the retain set ask the same questions (row of training_file = row of retain_file): ${pairs.slice(0, shownPairs).join(', ')}${more}.`,
    'method.unlearn.retain_file',
    'overlapping_sets',
  );
}

/** Questions that differ in case, encoding, spaces or the mark at the end alone are the same. */
function normalised(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[\s.?!。？！]+$/, '')
    .trim();
}
