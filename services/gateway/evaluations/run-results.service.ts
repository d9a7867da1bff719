// What a run has found, row by row: the same bytes whatever the order in which its cells were done.

import { Injectable } from '@nestjs/common';
import type { ResultFormat } from '#contracts/evaluation-runs.js';
import { Database } from '../database/database.js';
import type { Scope } from '../tenants/scope.js';
import { rowsOfCell } from './cell-rows.js';
import { figureColumns, type FigureRow, resultColumns, type ResultRow } from './result-columns.js';
import { formats, type Results } from './result-formats.js';
import { type PlacedCell, readCells } from './run-cells.js';
import type { ToldRun } from './run-words.js';

/** Cells read at a time. */
const PAGE = 100;

/** Cells that have not succeeded, or not yet, have no rows. No more than some are in memory. */
@Injectable()
export class RunResultsService {
  constructor(private readonly database: Database) {}

  /** Every question, with answer and scores. */
  results(scope: Scope, run: ToldRun, format: ResultFormat): Results {
    const { type, write } = formats[format];
    return { type, bytes: write(this.resultRows(scope, run), resultColumns) };
  }

  figures(run: ToldRun, format: ResultFormat): Results {
    const { type, write } = formats[format];
    return { type, bytes: write(this.figureRows(run), figureColumns) };
  }

  private async *resultRows(scope: Scope, run: ToldRun): AsyncGenerator<ResultRow, void, void> {
    for await (const placed of this.cells(run))
      for await (const row of rowsOfCell(scope.artifacts, placed))
        yield { ...namesOf(placed), ...row };
  }

  private async *figureRows(run: ToldRun): AsyncGenerator<FigureRow, void, void> {
    for await (const placed of this.cells(run))
      for (const { metric, value, interval, n } of placed.cell.figures ?? []) {
        const [lower, upper] = interval ?? [null, null];
        yield { ...namesOf(placed), metric, value, lower, upper, n };
      }
  }

  private async *cells(run: ToldRun): AsyncGenerator<PlacedCell, void, void> {
    for (let from = 0; from < run.cells; from += PAGE)
      yield* await readCells(this.database.sql, run, from, PAGE);
  }
}

const namesOf = ({ model, task, taskIndex, cell }: PlacedCell) => ({
  model,
  task: task.name,
  task_index: taskIndex,
  judge: cell.work.judge ?? null,
});
