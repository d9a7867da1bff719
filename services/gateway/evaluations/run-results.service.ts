// What a run has found, row by row: the same bytes whatever the order in which its cells were done.

import { Injectable } from '@nestjs/common';
import { reportManifestSchema, type ReportRow } from '#contracts/artifacts.js';
import { cellSpace } from '#contracts/spaces.js';
import { readStretches } from '#platform/artifacts/stretches.js';
import { Database } from '../database/database.js';
import type { Scope } from '../tenants/scope.js';
import { formats, type ResultFormat, type ResultRow } from './result-formats.js';
import { readCells } from './run-cells.js';
import type { ToldRun } from './run-words.js';

/** Cells read at a time. */
const PAGE = 100;

@Injectable()
export class RunResultsService {
  constructor(private readonly database: Database) {}

  /** Cells that have not succeeded, or not yet, have no rows. No more than some are in memory. */
  read(
    scope: Scope,
    run: ToldRun,
    format: ResultFormat,
  ): { type: string; bytes: AsyncIterable<string | Uint8Array> } {
    const { type, write } = formats[format];
    return { type, bytes: write(this.rows(scope, run)) };
  }

  private async *rows({ artifacts }: Scope, run: ToldRun): AsyncGenerator<ResultRow, void, void> {
    for (let from = 0; from < run.cells; from += PAGE) {
      const placed = await readCells(this.database.sql, run, from, PAGE);
      for (const { model, task, taskIndex, cell } of placed) {
        if (cell.report === null) continue;
        const space = artifacts.space(cellSpace(cell.id));
        const { stretches } = reportManifestSchema.parse(await space.getJson(cell.report));
        for await (const row of readStretches<ReportRow>(space, stretches))
          yield { model, task: task.name, task_index: taskIndex, judge: cell.work.judge, ...row };
      }
    }
  }
}
