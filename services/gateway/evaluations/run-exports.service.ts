// What a run has found of one model, as other tools write it.

import { Injectable } from '@nestjs/common';
import { item } from '#collections/items.js';
import type { ExportFormat } from '#contracts/evaluation-runs.js';
import { Database } from '../database/database.js';
import { ApiError } from '../http/api.error.js';
import type { Scope } from '../tenants/scope.js';
import { rowsOfCell } from './cell-rows.js';
import type { Exported } from './exports/export.js';
import { lmEvalResults } from './exports/lm-eval-results.js';
import { lmEvalSamples } from './exports/lm-eval-samples.js';
import { openUnlearning } from './exports/open-unlearning.js';
import { formats, type Results } from './result-formats.js';
import { readCells } from './run-cells.js';
import type { ToldRun } from './run-words.js';

/** Which of a run's; each may be left out where there is but one. */
export interface Of {
  readonly model?: string | undefined;
  readonly task_index?: number | undefined;
}

@Injectable()
export class RunExportsService {
  constructor(private readonly database: Database) {}

  /** @throws ApiError 400 for a model or a task that the run does not have, or has several of */
  async export(scope: Scope, run: ToldRun, format: ExportFormat, of: Of): Promise<Results> {
    const exported = await this.ofModel(scope, run, of.model);
    if (format === 'lm-eval') return asJson([JSON.stringify(lmEvalResults(exported), null, 2)]);
    if (format === 'open-unlearning') return asJson(openUnlearning(exported));
    const { tasks } = run.request;
    const index = of.task_index ?? (tasks.length === 1 ? 0 : undefined);
    if (index === undefined || index >= tasks.length)
      throw ApiError.invalid(
        `'task_index' must name one of the run's ${tasks.length} tasks, from 0.`,
        'task_index',
      );
    const placed = exported.cells.find(({ taskIndex }) => taskIndex === index);
    return { type: formats.jsonl.type, bytes: placed ? lmEvalSamples(exported, placed) : [] };
  }

  private async ofModel(scope: Scope, run: ToldRun, named: string | undefined): Promise<Exported> {
    const { models, tasks } = run.request;
    const place = named === undefined && models.length === 1 ? 0 : models.indexOf(named ?? '');
    if (place === -1) throw ApiError.invalid("'model' must be one of the run's models.", 'model');
    return {
      run,
      model: item(models, place),
      cells: await readCells(this.database.sql, run, place * tasks.length, tasks.length),
      rows: (placed) => rowsOfCell(scope.artifacts, placed),
    };
  }
}

const asJson = (bytes: Results['bytes']): Results => ({
  type: 'application/json; charset=utf-8',
  bytes,
});
