// What clients do with evaluation runs.

import { Inject, Injectable } from '@nestjs/common';
import { first } from '#collections/items.js';
import type { RunRequest } from '#contracts/evaluation-runs.js';
import { runSpace } from '#contracts/spaces.js';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { NewSpaces } from '../artifacts/new-spaces.js';
import { RunAdmission } from '../cells/run-admission.js';
import { RunLedger } from '../cells/run-ledger.js';
import { RunReconciler } from '../cells/run-reconciler.js';
import { filesOf, holdSpaces } from '../cells/run-spaces.js';
import { countCells } from '../cells/run-states.js';
import { Database } from '../database/database.js';
import { evaluationRuns as runs } from '../database/schema.js';
import type { RunRow } from '../database/tenant-records.js';
import type { PageQuery } from '../database/tenant-table.js';
import { Eraser } from '../erasure/eraser.js';
import { lockFiles } from '../files/lock-files.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import { type List, toList } from '../http/page.js';
import { currentTrace } from '../http/trace-id.js';
import { findRepeated, type Idempotency, idempotencyOf } from '../jobs/idempotency.js';
import type { Scope } from '../tenants/scope.js';
import { placeOfCell, readCells, tellCells } from './run-cells.js';
import { RunChecks } from './run-checks.js';
import { type CellObject, type RunObject, toCell, toRun } from './run-object.js';
import { sealRun, tellRuns, type ToldRun } from './run-words.js';

type NewRun = Idempotency &
  Omit<Parameters<Scope['records']['runs']['insert']>[0], 'status' | 'request' | 'words'>;

@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly spaces: NewSpaces,
    private readonly checks: RunChecks,
    private readonly admission: RunAdmission,
    private readonly ledger: RunLedger,
    private readonly reconciler: RunReconciler,
    private readonly eraser: Eraser,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param key a request repeated with the same Idempotency-Key gets the run of the first. */
  async create(scope: Scope, request: RunRequest, key: string | undefined): Promise<RunObject> {
    const idempotency = await idempotencyOf(scope, runs, key, request);
    const earlier = await findRepeated(scope.records.runs, runs, idempotency);
    if (earlier) return this.get(scope, earlier.id);
    const checked = await this.checks.check(scope, request);
    const values = {
      id: newId('evalrun-'),
      ...checked,
      cells: checked.models.length * checked.data.length,
      traceId: currentTrace(),
      ...idempotency,
    };
    const run =
      (await this.record(scope, request, values)) ??
      (await findRepeated(scope.records.runs, runs, idempotency));
    if (!run) throw new Error('the run that had the idempotency key is gone');
    this.log.info({ runId: run.id, cells: run.cells }, 'an evaluation run was created');
    await this.goOn(run, this.reconciler.advance(run));
    return this.get(scope, run.id);
  }

  /** What this process does not come to, whoever settles the runs does. */
  private async goOn({ id }: RunRow, work: Promise<void>): Promise<void> {
    await work.catch((err: unknown) => {
      if (!QueueUnavailableError.isInstance(err)) throw err;
      this.log.warn({ err, runId: id }, 'evaluation runs wait for the queue');
    });
  }

  async get(scope: Scope, id: string): Promise<RunObject> {
    return this.toObject(await this.told(scope, id));
  }

  async told(scope: Scope, id: string): Promise<ToldRun> {
    return first(await tellRuns(scope.artifacts, [await this.find(scope, id)], this.log));
  }

  async list(scope: Scope, query: PageQuery): Promise<List<RunObject>> {
    const page = await scope.records.runs.page(query);
    const told = await tellRuns(scope.artifacts, page?.rows ?? [], this.log);
    const objects = await Promise.all(told.map((run) => this.toObject(run)));
    return toList(page && { ...page, rows: objects }, (run) => run);
  }

  /** In their order. @throws ApiError 404, 400 for a cursor that is no cell of the run */
  async cells(
    scope: Scope,
    id: string,
    { after, limit }: Pick<PageQuery, 'after' | 'limit'>,
  ): Promise<List<CellObject>> {
    const run = await this.told(scope, id);
    const last = after === undefined ? -1 : await placeOfCell(this.database.sql, id, after);
    const placed =
      last === undefined ? undefined : await readCells(this.database.sql, run, last + 1, limit + 1);
    const told = placed && (await tellCells(scope.artifacts, placed.slice(0, limit), this.log));
    return toList(told && { rows: told, hasMore: (placed?.length ?? 0) > limit }, toCell);
  }

  /** The cancel is certain once recorded; a queue that cannot be reached now hears of it later. */
  async cancel(scope: Scope, id: string): Promise<RunObject> {
    if (await this.end(await this.find(scope, id))) return this.get(scope, id);
    throw ApiError.invalid(
      `The run has already ended: its status is '${(await this.find(scope, id)).status}'.`,
      null,
      'run_ended',
    );
  }

  /** An open run is cancelled first. Cells that no other run names are erased with it. */
  async remove(scope: Scope, id: string): Promise<void> {
    await this.end(await this.find(scope, id));
    const erasure = await scope.records.transaction(async (records) => {
      const tombstone = { deletedAt: new Date(), idempotencyKey: null };
      if (!(await records.runs.update(id, tombstone))) throw runNotFound(id);
      return records.erase('evaluation_run', id);
    });
    await this.eraser.run(erasure);
  }

  /** Cancels one that is open: another may have its turn. @returns whether it was. */
  private async end(run: RunRow): Promise<boolean> {
    if (!(await this.ledger.cancel(run))) return false;
    await this.goOn(run, this.reconciler.admit(run.tenantId));
    return true;
  }

  private async find(scope: Scope, id: string): Promise<RunRow> {
    const run = await scope.records.runs.find(id);
    if (!run) throw runNotFound(id);
    return run;
  }

  /** @returns undefined where another request has made it meanwhile. */
  private record(scope: Scope, request: RunRequest, values: NewRun): Promise<RunRow | undefined> {
    const { id } = values;
    return this.spaces.record(scope, runSpace(id), 'run', async (records, key) => {
      // What was made meanwhile needs no room of its own.
      if (await findRepeated(records.runs, runs, values)) return undefined;
      const status = await this.admission.place(records, scope.quotas);
      const run = await records.runs.insert({ ...values, ...sealRun(key, id, request), status });
      if (!run) return undefined;
      await lockFiles(records, filesOf(run.data));
      await holdSpaces(records, run);
      return run;
    });
  }

  private async toObject(run: ToldRun): Promise<RunObject> {
    return toRun(run, await countCells(this.database.sql, run));
  }
}

const runNotFound = (id: string): ApiError =>
  ApiError.notFound('evaluation run', id, null, 'run_not_found');
