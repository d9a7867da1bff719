// Does the erasures that are queued: at once where the request came in, and again until they are
// done, whichever gateway dies on the way.

import { Inject, Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { erasures } from '../database/schema.js';
import { ENV, type Env } from '../env.js';
import { ReceiptLog } from '../receipts/receipt-log.js';
import { ERASINGS, type Erasings } from './erasing.js';
import { erasureEntry, isTold } from './erasure-entry.js';
import type { Erasure } from './erasure.js';
import { StillAtWorkError } from './still-at-work.error.js';

/** Longest wait between two tries of one erasure, in ms. */
const MAX_DELAY = 60_000;
/** Done in one pass. */
const BATCH = 100;

@Injectable()
export class Eraser {
  private readonly passes: RepeatedPass;

  constructor(
    private readonly database: Database,
    @Inject(ERASINGS) private readonly erasings: Erasings,
    private readonly receipts: ReceiptLog,
    private readonly inference: InferenceClient,
    @Inject(ENV) env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.passes = new RepeatedPass({
      pass: () => this.pass(),
      pause: env.RECONCILE_MS,
      failed: (err) => this.log.warn({ err }, 'erasures are done later'),
    });
  }

  start(): void {
    this.passes.start();
  }

  stop(): Promise<void> {
    return this.passes.stop();
  }

  /** Tries an erasure now; what fails is tried again later. */
  async run(id: string): Promise<void> {
    const [erasure] = await this.database.sql
      .select()
      .from(erasures)
      .where(and(eq(erasures.id, id), isNull(erasures.doneAt)));
    if (erasure) await this.attempt(erasure);
  }

  private async pass(): Promise<void> {
    for (const erasure of await this.due()) await this.attempt(erasure);
  }

  private due(): Promise<Erasure[]> {
    return this.database.sql
      .select()
      .from(erasures)
      .where(and(isNull(erasures.doneAt), lte(erasures.dueAt, sql`now()`)))
      .orderBy(asc(erasures.dueAt))
      .limit(BATCH);
  }

  private async attempt(erasure: Erasure): Promise<void> {
    const { id, tenantId, attempts } = erasure;
    this.log.info({ erasure: id, tenantId }, 'an erasure begins');
    try {
      const erased = await this.erasings[erasure.kind].erase(erasure);
      // What was asked about it may be in the memory of inference, as keys and values.
      await this.inference.forget(erasure.tenantId);
      await this.finish(erasure, erased);
      this.log.info({ erasure: id, tenantId }, 'erased');
    } catch (err) {
      const delay = Math.min(1000 * 2 ** attempts, MAX_DELAY);
      const dueAt = sql`now() + ${delay} * interval '1 ms'`;
      await this.update(id, { attempts: attempts + 1, dueAt });
      const expected = StillAtWorkError.isInstance(err) || err instanceof QueueUnavailableError;
      this.log[expected ? 'info' : 'warn']({ err, erasure: id, tenantId }, 'is erased later');
    }
  }

  /** The record goes and its receipt comes, or neither. */
  private finish(erasure: Erasure, keysDestroyed: readonly string[]): Promise<void> {
    return this.database.sql.transaction(async (transaction) => {
      const subject = await this.erasings[erasure.kind].forget(transaction, erasure);
      if (subject.length > 0 && isTold(erasure)) {
        const entry = erasureEntry(erasure, subject, keysDestroyed);
        await this.receipts.append(transaction, erasure.tenantId, entry);
      }
      await transaction
        .update(erasures)
        .set({ doneAt: sql`now()` })
        .where(eq(erasures.id, erasure.id));
    });
  }

  private async update(id: string, values: object): Promise<void> {
    await this.database.sql.update(erasures).set(values).where(eq(erasures.id, id));
  }
}
