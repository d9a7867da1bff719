// A cell in the queue: added, looked at, taken out.

import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Payload } from '#contracts/jobs.js';
import { cellSpace } from '#contracts/spaces.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { type JobState, QueueProducer } from '#platform/queue/queue-producer.js';
import type { CellRow } from '../database/tenant-records.js';
import type { Erasure } from '../erasure/erasure.js';
import { giveTime } from '../erasure/patience.js';

/** Cells that leave the queue at a time. */
const AT_ONCE = 32;

/** What the queue has to know of one that leaves. */
export type QueuedCell = Pick<CellRow, 'id' | 'answersId' | 'isQueued'>;

@Injectable()
export class CellQueue {
  constructor(
    private readonly producer: QueueProducer,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** Makes the cell's space; added again it is one. @throws QueueUnavailableError */
  async add(cell: CellRow): Promise<void> {
    await this.keeper.create(cell.tenantId, cellSpace(cell.id));
    const { id, answersId } = cell;
    if (answersId) await this.producer.add('judge', judgingOf(cell, answersId), { id });
    else await this.producer.add('evaluate', askingOf(cell), { id });
  }

  state(cell: CellRow): Promise<JobState> {
    return this.producer.state(queueOf(cell), cell.id);
  }

  /**
   * Idempotent.
   * @returns whether all workers have left it.
   */
  async remove(cell: QueuedCell): Promise<boolean> {
    if (cell.isQueued) await this.producer.cancel(cell.id);
    return this.producer.remove(queueOf(cell), cell.id);
  }

  /**
   * For cells that are to be erased.
   * @returns whether all workers have left them.
   * @throws StillAtWorkError while they may still take their time; QueueUnavailableError
   */
  async leave(cells: readonly QueuedCell[], erasure: Erasure): Promise<boolean> {
    const left = await pLimit(AT_ONCE).map(cells, (cell) => this.remove(cell));
    const staying = cells.find((_, at) => !left[at]);
    if (staying) giveTime(erasure, staying.id);
    return !staying;
  }
}

const queueOf = ({ answersId }: QueuedCell) => (answersId ? 'judge' : 'evaluate');

function askingOf({ id, tenantId, traceId, work }: CellRow): Payload<'evaluate'> {
  const { data, ...asked } = work;
  return { tenantId, jobId: id, traceId, stage: 'cell', ...asked, ...data };
}

/** @throws Error where the cell names no judge: none is recorded so */
function judgingOf({ id, tenantId, traceId, work }: CellRow, answersId: string): Payload<'judge'> {
  const { task, judge, shardSize } = work;
  if (!judge) throw new Error(`the cell ${id} has answers, but no judge`);
  const answers = cellSpace(answersId);
  return { tenantId, jobId: id, traceId, stage: 'cell', task, answers, judge, shardSize };
}
