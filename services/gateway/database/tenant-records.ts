// All that a tenant owns in the database, scoped once.

import { and, eq, gt, type InferSelectModel, isNull, type SQL, sql } from 'drizzle-orm';
import { isStorable } from '#contracts/text.js';
import type { Amount } from '#contracts/usage-metrics.js';
import {
  apiKeys,
  type ErasureKind,
  erasures,
  evaluationCells,
  evaluationRuns,
  files,
  jobEvents,
  jobs,
  jobStages,
  knowledgeBases,
  models,
  receipts,
  tenants,
} from './schema.js';
import type { Sql } from './sql.js';
import { TenantReferences } from './tenant-references.js';
import { TenantTable } from './tenant-table.js';
import { writeUsage } from './write-usage.js';

export type TenantRow = InferSelectModel<typeof tenants>;
export type KeyRow = InferSelectModel<typeof apiKeys>;
export type FileRow = InferSelectModel<typeof files>;
export type JobRow = InferSelectModel<typeof jobs>;
export type StageRow = InferSelectModel<typeof jobStages>;
export type EventRow = InferSelectModel<typeof jobEvents>;
export type ModelRow = InferSelectModel<typeof models>;
export type KnowledgeBaseRow = InferSelectModel<typeof knowledgeBases>;
export type RunRow = InferSelectModel<typeof evaluationRuns>;
export type CellRow = InferSelectModel<typeof evaluationCells>;
export type ReceiptRow = InferSelectModel<typeof receipts>;

export class TenantRecords {
  readonly keys;
  readonly files;
  readonly jobs;
  readonly stages;
  readonly events;
  readonly models;
  readonly knowledgeBases;
  readonly runs;
  readonly cells;
  readonly receipts;
  readonly references;

  constructor(
    private readonly database: Sql,
    readonly tenantId: string,
  ) {
    this.keys = new TenantTable(database, tenantId, apiKeys);
    this.files = new TenantTable(database, tenantId, files);
    this.jobs = new TenantTable(database, tenantId, jobs);
    this.stages = new TenantTable(database, tenantId, jobStages);
    this.events = new TenantTable(database, tenantId, jobEvents);
    this.models = new TenantTable(database, tenantId, models);
    this.knowledgeBases = new TenantTable(database, tenantId, knowledgeBases);
    this.runs = new TenantTable(database, tenantId, evaluationRuns);
    this.cells = new TenantTable(database, tenantId, evaluationCells);
    this.receipts = new TenantTable(database, tenantId, receipts);
    this.references = new TenantReferences(database, tenantId);
  }

  /** Takes an erasure back that is not yet due. @returns whether there was one. */
  async spare(kind: ErasureKind, targetId: string): Promise<boolean> {
    const isQueued = and(
      eq(erasures.id, `${kind}:${targetId}`),
      gt(erasures.dueAt, sql`now()`),
      isNull(erasures.doneAt),
    );
    return (await this.database.delete(erasures).where(isQueued).returning()).length > 0;
  }

  /** Adds to what the tenant has used in this hour. */
  async use(amounts: readonly Amount[]): Promise<void> {
    const { tenantId } = this;
    const rows = amounts.map((amount) => ({ ...amount, tenantId }));
    await writeUsage(this.database, rows);
  }

  /** Of sums over the tenant's tables, in one statement. */
  async total(sums: readonly SQL[]): Promise<number> {
    const [row] = await this.database
      .select({ total: sql<string>`${sql.join([...sums], sql` + `)}` })
      .from(tenants)
      .where(eq(tenants.id, this.tenantId));
    return Number(row?.total ?? 0);
  }

  /** Queues an erasure; queued again it is one. @param waitMs until it is due. @returns its id */
  async erase(kind: ErasureKind, targetId: string, waitMs = 0): Promise<string> {
    const id = `${kind}:${targetId}`;
    const dueAt = sql`now() + ${waitMs} * interval '1 ms'`;
    const row = { id, tenantId: this.tenantId, kind, targetId, dueAt };
    await this.database.insert(erasures).values(row).onConflictDoNothing();
    return id;
  }

  /**
   * Within a transaction: those that hold the tenant take turns, so that what one counts is still
   * true when it writes.
   * @returns undefined where the tenant is gone.
   */
  async lock(): Promise<TenantRow | undefined> {
    if (!isStorable(this.tenantId)) return undefined;
    const [held] = await this.database
      .select()
      .from(tenants)
      .where(and(eq(tenants.id, this.tenantId), isNull(tenants.deletedAt)))
      .for('no key update');
    return held;
  }

  /** The same tenant's records inside one transaction. */
  transaction<T>(work: (records: TenantRecords) => Promise<T>): Promise<T> {
    return this.database.transaction((tx) => work(new TenantRecords(tx, this.tenantId)));
  }
}
