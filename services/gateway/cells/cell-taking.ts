// The cells of one place of a run: those that have the same key already, or else new ones. For a
// transaction that holds the run.

import { and, eq } from 'drizzle-orm';
import { item } from '#collections/items.js';
import type { RunTask } from '#contracts/evaluation-runs.js';
import { isJudged } from '#contracts/tasks.js';
import { readRelease } from '#platform/release.js';
import { type CellWork, evaluationCells as cells } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { CellRow, RunRow, TenantRecords } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import { answersKey, verdictsKey } from './cell-key.js';
import { filesOf } from './run-spaces.js';

const release = readRelease();

export interface TakenCell {
  readonly cell: CellRow;
  /** Or else it is what that one is judged from. */
  readonly isShown: boolean;
}

export class CellTaking {
  /**
   * @param live spaces of the adapters that are not deleted, nor will be meanwhile.
   * @param judges by name, with what stands behind each.
   */
  constructor(
    private readonly transaction: Sql,
    private readonly records: TenantRecords,
    private readonly run: RunRow,
    private readonly live: ReadonlySet<string>,
    private readonly judges: ReadonlyMap<string, string | null>,
  ) {}

  /** Held until the transaction ends. @param place model by model, task by task. */
  async at(place: number): Promise<TakenCell[]> {
    const { data, models, request } = this.run;
    const task = item(request.tasks, place % data.length);
    const { adapter, digest } = item(models, Math.floor(place / data.length));
    const asked = workOf(this.run, task, place);
    if (adapter && !this.live.has(adapter.space)) {
      const erased = await this.insert({ work: asked, status: 'erased' });
      return [{ cell: present(erased), isShown: true }];
    }
    const key = answersKey(asked, { digest }, release);
    const answers = await this.take({ key, work: asked });
    if (!isJudged(task.name)) return [{ cell: answers, isShown: true }];
    const judge = task.judge ?? request.judge;
    const named = { name: judge, model: this.judges.get(judge) ?? null };
    const verdicts = await this.take({
      key: verdictsKey(key, named, release),
      work: { ...asked, judge },
      answersId: answers.id,
    });
    return [
      { cell: answers, isShown: false },
      { cell: verdicts, isShown: true },
    ];
  }

  private async take(values: NewCell & { readonly key: string }): Promise<CellRow> {
    return (await this.insert({ ...values, status: 'waiting' })) ?? this.known(values);
  }

  /** @returns undefined where there is one with its key. */
  private insert(values: NewCell & Pick<CellRow, 'status'>): Promise<CellRow | undefined> {
    const { traceId } = this.run;
    const sources = sourcesOf(values.work);
    return this.records.cells.insert({ id: newId('evalcell-'), ...values, sources, traceId });
  }

  /** It goes with any of the files and models that it could have been made from. */
  private async known({ key, work }: NewCell & { readonly key: string }): Promise<CellRow> {
    const condition = and(eq(cells.tenantId, this.run.tenantId), eq(cells.key, key));
    const [cell] = await this.transaction.select().from(cells).where(condition).for('update');
    const sources = [...new Set([...present(cell).sources, ...sourcesOf(work)])];
    const [updated] = await this.transaction
      .update(cells)
      .set({ sources })
      .where(condition)
      .returning();
    return present(updated);
  }
}

interface NewCell {
  readonly key?: string;
  readonly work: CellWork;
  readonly answersId?: string;
}

const sourcesOf = ({ model: { adapter }, data }: CellWork): string[] => [
  ...(adapter ? [adapter.space] : []),
  ...filesOf([data]),
];

/** One that is erased meanwhile loses its key: the batch is planned again. */
function present(cell: CellRow | undefined): CellRow {
  if (!cell) throw new Error('a cell is gone while it is planned');
  return cell;
}

/** Without a judge. */
function workOf({ request, models, data }: RunRow, task: RunTask, place: number): CellWork {
  const home = Math.floor(place / data.length);
  const { base, adapter } = item(models, home);
  const limit = task.limit ?? request.limit;
  return {
    task: task.name,
    model: { base, ...(adapter ? { adapter, home } : {}) },
    data: item(data, place % data.length),
    maxTokens: task.max_tokens ?? request.max_tokens,
    shardSize: request.shard_size,
    ...(limit === undefined ? {} : { limit }),
    ...(task.decoding ? { decoding: task.decoding } : {}),
  };
}
