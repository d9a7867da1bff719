// The one place where the state of cells and of their runs changes. What arrives twice, or late,
// counts once: a change is made only from the state that it follows.

import { Injectable } from '@nestjs/common';
import { and, asc, eq, exists, inArray, isNull, not, or, type SQL, sql } from 'drizzle-orm';
import type { Figure } from '#contracts/cells.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { Database } from '../database/database.js';
import {
  evaluationCells as cells,
  evaluationRunCells as places,
  evaluationRuns as runs,
} from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import { type CellRow, type RunRow, TenantRecords } from '../database/tenant-records.js';
import { releaseFiles } from './run-spaces.js';
import { answers, cellsOf, countCells, isOpen, isOthers, isUnfinished } from './run-states.js';

export interface CellEnd {
  readonly status: 'succeeded' | 'failed';
  readonly report?: string;
  readonly figures?: readonly Figure[];
  readonly error?: SealedText;
  readonly storedBytes: number;
}

@Injectable()
export class RunLedger {
  constructor(private readonly database: Database) {}

  /** Of any tenant, the oldest first. */
  open(condition?: SQL): Promise<RunRow[]> {
    return this.database.sql
      .select()
      .from(runs)
      .where(and(isOpen, isNull(runs.deletedAt), condition))
      .orderBy(asc(runs.seq));
  }

  /** Open runs that name a cell. */
  ofCell(cellId: string): Promise<RunRow[]> {
    const named = this.database.sql
      .select({ id: places.runId })
      .from(places)
      .where(eq(places.cellId, cellId));
    return this.open(inArray(runs.id, named));
  }

  async findCell(id: string): Promise<CellRow | undefined> {
    return (await this.database.sql.select().from(cells).where(eq(cells.id, id)))[0];
  }

  /** Cells of any tenant of which the queue may have to be asked or told. */
  queued(): Promise<CellRow[]> {
    return this.database.sql
      .select()
      .from(cells)
      .where(eq(cells.isQueued, true))
      .orderBy(asc(cells.seq));
  }

  /**
   * Marks cells of a run that wait as running, block by block.
   * @param most cells of the run that run at a time.
   * @returns those that are to be put into the queue.
   */
  start(run: RunRow, most: number): Promise<CellRow[]> {
    return this.database.sql.transaction(async (tx) => {
      // Held: what is counted is still true when it is written.
      const [held] = await tx.select().from(runs).where(isAtWork(run.id)).for('update');
      if (!held) return [];
      const ofRun = inArray(cells.id, cellsOf(tx, run.id));
      const isRunning = and(cells.isQueued, eq(cells.status, 'running'));
      const running = await tx.$count(cells, and(ofRun, isRunning));
      // Some at a time: each look for those that wait passes all that have ended.
      if (most - running < most / 4) return [];
      await endWithAnswers(tx, run);
      const next = await tx
        .select({ id: places.cellId })
        .from(places)
        .innerJoin(cells, eq(cells.id, places.cellId))
        .leftJoin(answers, eq(answers.id, cells.answersId))
        .where(and(eq(places.runId, run.id), eq(cells.status, 'waiting'), isReady))
        .orderBy(...inBlocks(Math.ceil(most / 2), held.data.length))
        .limit(most - running);
      if (next.length === 0) return [];
      return tx
        .update(cells)
        .set({ status: 'running', isQueued: true, startedAt: sql`now()` })
        .where(
          and(
            inArray(
              cells.id,
              next.map(({ id }) => id),
            ),
            eq(cells.status, 'waiting'),
          ),
        )
        .returning();
    });
  }

  /**
   * One that failed gives its key up, with those of the verdicts that wait for it: a later run tries
   * again.
   * @returns whether it was open.
   */
  finish(cell: CellRow, { status, ...values }: CellEnd): Promise<boolean> {
    return this.database.sql.transaction(async (tx) => {
      const ended = await tx
        .update(cells)
        .set({
          ...values,
          status,
          isQueued: false,
          finishedAt: sql`now()`,
          ...(status === 'failed' ? { key: null } : {}),
        })
        .where(and(eq(cells.id, cell.id), eq(cells.status, 'running')))
        .returning();
      for (const one of ended) await use(tx, one);
      if (status === 'failed')
        await tx.update(cells).set({ key: null }).where(eq(cells.answersId, cell.id));
      return ended.length > 0;
    });
  }

  async leftQueue({ id }: CellRow): Promise<void> {
    await this.database.sql.update(cells).set({ isQueued: false }).where(eq(cells.id, id));
  }

  /** Ends a run whose cells have all ended. @returns whether it has ended now. */
  async close(run: RunRow): Promise<boolean> {
    const { sql: database } = this.database;
    const unfinished = database
      .select({ one: sql`1` })
      .from(cells)
      .where(and(inArray(cells.id, cellsOf(database, run.id)), isUnfinished));
    const isPlanned = eq(runs.planned, runs.cells);
    const condition = and(isAtWork(run.id), isPlanned, not(exists(unfinished)));
    const [over] = await database.select().from(runs).where(condition);
    if (!over) return false;
    const counts = await countCells(database, over);
    const status = counts.succeeded === over.cells ? 'succeeded' : 'failed';
    return (await this.end(over, status)).length > 0;
  }

  /**
   * Its cells that no other open run names are cancelled with it; the queue hears of that later.
   * @returns undefined where it had ended before.
   */
  async cancel(run: RunRow): Promise<RunRow | undefined> {
    const [ended] = await this.end(run, 'cancelled', async (transaction) => {
      const ofRun = inArray(cells.id, cellsOf(transaction, run.id));
      const cancelled = await transaction
        .update(cells)
        .set({ status: 'cancelled', key: null, finishedAt: sql`now()` })
        .where(and(ofRun, isUnfinished, not(isOthers(run.id))))
        .returning({
          tenantId: cells.tenantId,
          startedAt: cells.startedAt,
          finishedAt: cells.finishedAt,
        });
      for (const cell of cancelled) await use(transaction, cell);
    });
    return ended;
  }

  /** Its files are its own no longer: they may be deleted. */
  private end(
    run: RunRow,
    status: RunRow['status'],
    also?: (transaction: Sql) => Promise<void>,
  ): Promise<RunRow[]> {
    return this.database.sql.transaction(async (transaction) => {
      const ended = await transaction
        .update(runs)
        .set({ status, finishedAt: sql`now()` })
        .where(and(eq(runs.id, run.id), isOpen))
        .returning();
      if (ended.length === 0) return [];
      await also?.(transaction);
      await releaseFiles(new TenantRecords(transaction, run.tenantId), run);
      return ended;
    });
  }
}

const isAtWork = (id: string): SQL | undefined =>
  and(eq(runs.id, id), eq(runs.status, 'running'), isNull(runs.deletedAt));

const isReady = or(isNull(cells.answersId), eq(answers.status, 'succeeded'));

/** Verdicts on answers that will not come end as those did. */
async function endWithAnswers(transaction: Sql, run: RunRow): Promise<void> {
  await transaction
    .update(cells)
    .set({ status: sql`${answers.status}`, key: null, finishedAt: sql`now()` })
    .from(answers)
    .where(
      and(
        inArray(cells.id, cellsOf(transaction, run.id)),
        eq(cells.status, 'waiting'),
        eq(answers.id, cells.answersId),
        inArray(answers.status, ['failed', 'cancelled', 'erased']),
      ),
    );
}

/**
 * Some models at a time, and of these task by task: what is at work at one time spreads over the
 * replicas that are their homes, and each is loaded once for all of its tasks.
 */
const inBlocks = (models: number, tasks: number): SQL[] => [
  sql`${places.place} / ${models * tasks}::integer`,
  sql`${places.place} % ${tasks}::integer`,
  asc(places.place),
];

/** Once a cell has ended. */
async function use(
  transaction: Sql,
  { tenantId, startedAt, finishedAt }: Pick<CellRow, 'tenantId' | 'startedAt' | 'finishedAt'>,
): Promise<void> {
  if (!startedAt || !finishedAt) return;
  const amount = (finishedAt.getTime() - startedAt.getTime()) / 1000;
  await new TenantRecords(transaction, tenantId).use([{ metric: 'evaluation_seconds', amount }]);
}
