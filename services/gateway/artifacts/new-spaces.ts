// Spaces that are made before what will own them: whatever becomes of this process, one that came to
// nobody is erased.

import { Inject, Injectable } from '@nestjs/common';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import type { TextKey } from '#platform/artifacts/keys/text-key.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import type { Belongings } from './belongings.js';
import { Collector } from './collector.js';

/**
 * In the transaction that records the space's owner, which holds it from then on.
 * @returns false where the lease has ended: the space may be gone.
 */
export type HandOver = (records: TenantRecords) => Promise<boolean>;

/** How long what has been checked may take to be recorded, in ms. */
const RECORD_MS = 60_000;

const draftOf = (id: string) => ({ kind: 'draft', id }) as const;

@Injectable()
export class NewSpaces {
  constructor(
    private readonly keeper: SpaceKeeper,
    private readonly collector: Collector,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * @param id of the space.
   * @param leaseMs how long the work may take.
   * @param work with whose end the space is erased unless it was handed over.
   */
  async make<T>(
    tenant: Belongings,
    id: string,
    leaseMs: number,
    work: (space: ArtifactSpace, handOver: HandOver) => Promise<T>,
  ): Promise<T> {
    let handedOver = false;
    let isOwned = false;
    await tenant.records.references.hold(draftOf(id), [id], leaseMs);
    try {
      await this.keeper.create(tenant.records.tenantId, id);
      const result = await work(tenant.artifacts.space(id), async ({ references }) => {
        handedOver = (await references.release(draftOf(id))).length > 0;
        return handedOver;
      });
      isOwned = handedOver;
      return result;
    } finally {
      if (!isOwned) await this.abandon(tenant.records, id);
    }
  }

  /**
   * A space and the record of its owner, whose texts are sealed there: both, or neither.
   * @param id of the space.
   * @param noun what its owner is called.
   * @param insert in a transaction that holds the tenant; undefined where there is one already.
   * @throws ApiError 404 where the tenant is gone, 503 where it takes too long
   */
  record<T>(
    tenant: Belongings,
    id: string,
    noun: string,
    insert: (records: TenantRecords, key: TextKey) => Promise<T>,
  ): Promise<T> {
    return this.make(tenant, id, RECORD_MS, async (space, handOver) => {
      const key = await space.textKey();
      return tenant.records.transaction(async (records) => {
        if (!(await records.lock())) throw ApiError.notFound('tenant', records.tenantId);
        const owner = await insert(records, key);
        if (owner !== undefined && !(await handOver(records))) throw tooSlow(noun);
        return owner;
      });
    });
  }

  /** Where this fails, the lease ends and the space is erased then. */
  private async abandon(records: TenantRecords, id: string): Promise<void> {
    try {
      await records.references.release(draftOf(id));
      await this.collector.collect(records.tenantId, [id]);
    } catch (err) {
      this.log.warn({ err, space: id }, 'a space that came to nobody is erased later');
    }
  }
}

const tooSlow = (noun: string): ApiError =>
  ApiError.unavailable(
    `The ${noun} took too long to be recorded; nothing was kept. Try again soon.`,
  );
