// The cells of a run about pictures, each beside a baseline of the same run.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pLimit from 'p-limit';
import { isSeeing } from '#contracts/tasks.js';
import type { SeeingRow } from '#metrics/hallucination/benchmarks.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import { Database } from '../../database/database.js';
import type { PageQuery } from '../../database/tenant-table.js';
import { ApiError } from '../../http/api.error.js';
import { type List, toList } from '../../http/page.js';
import type { Scope } from '../../tenants/scope.js';
import { rowsOfCell } from '../cell-rows.js';
import { placeOfCell, type PlacedCell, readCells } from '../run-cells.js';
import type { ToldRun } from '../run-words.js';
import { type ComparisonObject, toComparison } from './comparison-object.js';
import type { ComparisonProtocol } from './comparison-protocol.js';

/** Cells read at a time. */
const PAGE = 100;

export interface ComparisonQuery extends Pick<PageQuery, 'after' | 'limit'> {
  /** A model of the run; what is left out is each cell's own. */
  readonly baseline?: string | undefined;
  /** The place of one of its tasks. */
  readonly baseline_task?: number | undefined;
}

type Pair = readonly [cell: PlacedCell, baseline: PlacedCell];

@Injectable()
export class RunComparisonsService implements OnApplicationShutdown {
  private readonly thread = new RenewedThread<ComparisonProtocol>(
    new URL('comparison-thread.js', import.meta.url),
    'comparisons',
    undefined,
  );
  /** Whoever asks: the answers of two cells are in memory at a time. */
  private readonly oneByOne = pLimit(1);

  constructor(private readonly database: Database) {}

  /**
   * Of each cell about pictures that has succeeded, as its baseline has, which is another of the same
   * file.
   * @throws ApiError 400 for a baseline or a cursor that the run does not have
   */
  async compare(
    scope: Scope,
    run: ToldRun,
    query: ComparisonQuery,
  ): Promise<List<ComparisonObject>> {
    checkBaseline(run, query);
    const { after, limit } = query;
    const last = after === undefined ? -1 : await placeOfCell(this.database.sql, run.id, after);
    if (last === undefined) return toList<never, never>(undefined, (none) => none);
    const pairs = await this.pairs(run, query, last + 1);
    const rows: ComparisonObject[] = [];
    for (const pair of pairs.slice(0, limit)) rows.push(await this.compared(scope, pair));
    return toList({ rows, hasMore: pairs.length > limit }, (row) => row);
  }

  /** @returns one more than are asked for, where there are. */
  private async pairs(run: ToldRun, query: ComparisonQuery, from: number): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (let start = from; start < run.cells && pairs.length <= query.limit; start += PAGE)
      for (const cell of await readCells(this.database.sql, run, start, PAGE)) {
        const baseline = await this.baselineOf(run, cell, query);
        if (baseline) pairs.push([cell, baseline]);
      }
    return pairs;
  }

  private async baselineOf(
    run: ToldRun,
    cell: PlacedCell,
    { baseline, baseline_task: task = cell.taskIndex }: ComparisonQuery,
  ): Promise<PlacedCell | undefined> {
    const { models, tasks } = run.request;
    const place = models.indexOf(baseline ?? cell.model) * tasks.length + task;
    if (place === cell.place || !isSeeing(cell.task.name) || !cell.cell.report) return undefined;
    const [found] = await readCells(this.database.sql, run, place, 1);
    return found?.place === place && found.cell.report && isSameQuestions(found, cell)
      ? found
      : undefined;
  }

  private compared(scope: Scope, [cell, baseline]: Pair): Promise<ComparisonObject> {
    return this.oneByOne(async () => {
      const { name } = cell.task;
      if (!isSeeing(name)) throw new Error(`${name} is not about pictures`);
      const [rows, before] = [await answersOf(scope, cell), await answersOf(scope, baseline)];
      const asked = { task: name, rows, baseline: before };
      return toComparison(cell, baseline, await this.thread.current.call('compare', asked));
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}

function checkBaseline(
  { request: { models, tasks } }: ToldRun,
  { baseline, baseline_task: task }: ComparisonQuery,
): void {
  if (baseline === undefined && task === undefined)
    throw ApiError.invalid(
      "Neither 'baseline' nor 'baseline_task' is given: expected a model of the run, a task of it, or both.",
      'baseline',
    );
  if (baseline !== undefined && !models.includes(baseline))
    throw ApiError.invalid("'baseline' must be one of the run's models.", 'baseline');
  if (task !== undefined && task >= tasks.length)
    throw ApiError.invalid(
      `'baseline_task' is ${task}: expected one of the run's ${tasks.length} tasks, from 0.`,
      'baseline_task',
    );
}

/** By the same table of synonyms, where they have one. */
const isSameQuestions = ({ task: one, cell: { work } }: PlacedCell, other: PlacedCell): boolean =>
  one.name === other.task.name &&
  one.limit === other.task.limit &&
  work.data.forget.hash === other.cell.work.data.forget.hash &&
  work.data.retain.hash === other.cell.work.data.retain.hash;

async function answersOf(scope: Scope, placed: PlacedCell): Promise<SeeingRow[]> {
  const rows: SeeingRow[] = [];
  for await (const row of rowsOfCell(scope.artifacts, placed)) rows.push(row as SeeingRow);
  return rows;
}
