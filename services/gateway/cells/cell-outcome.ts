// What a cell's job in the queue says of it, once it has ended.

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { cellManifestSchema } from '#contracts/cells.js';
import { hashSchema } from '#contracts/hash.js';
import { cellSpace } from '#contracts/spaces.js';
import { Failure } from '#failure/failure.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import type { JobState } from '#platform/queue/queue-producer.js';
import { evaluationCells } from '../database/schema.js';
import type { CellRow } from '../database/tenant-records.js';
import { placeOf } from '../texts/text-place.js';
import type { CellEnd } from './run-ledger.js';

const resultSchema = z.object({ report: hashSchema });
const MAX_REASON = 500;

/** Where a cell's error is kept. */
export const errorPlace = (id: string): string => placeOf(evaluationCells.error, id);

@Injectable()
export class CellOutcome {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** @returns undefined for one that has not ended. @throws what may pass */
  async of(cell: CellRow, { state, result, failedReason }: JobState): Promise<CellEnd | undefined> {
    if (state === 'failed') return this.failed(cell, failedReason ?? 'no reason was given');
    if (state !== 'completed') return undefined;
    try {
      return await this.succeeded(cell, resultSchema.parse(result).report);
    } catch (error) {
      const { permanent, publicMessage } = Failure.of(error);
      if (!permanent) throw error;
      return this.failed(cell, publicMessage);
    }
  }

  private async succeeded({ tenantId, id }: CellRow, report: string): Promise<CellEnd> {
    const space = this.artifacts.scope(tenantId).space(cellSpace(id));
    const { figures } = cellManifestSchema.parse(await space.getJson(report));
    const storedBytes = await this.keeper.bytes(tenantId, space.id);
    return { status: 'succeeded', report, figures, storedBytes };
  }

  private async failed(cell: CellRow, reason: string): Promise<CellEnd> {
    const storedBytes = await this.keeper.bytes(cell.tenantId, cellSpace(cell.id));
    const error = await this.seal(cell, reason.slice(0, MAX_REASON));
    return { status: 'failed', storedBytes, ...(error ? { error } : {}) };
  }

  /** @returns undefined where the cell's key is gone or damaged. */
  private async seal({ tenantId, id }: CellRow, text: string): Promise<SealedText | undefined> {
    try {
      const key = await this.artifacts.scope(tenantId).space(cellSpace(id)).textKey();
      return key.seal(text, errorPlace(id));
    } catch (error) {
      if (Failure.isInstance(error) && error.permanent) return undefined;
      throw error;
    }
  }
}
