// A job's flow in the queues: added, looked at, cancelled.

import { Injectable } from '@nestjs/common';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { type JobState, QueueProducer } from '#platform/queue/queue-producer.js';
import type { JobRow } from '../database/tenant-records.js';
import type { FlowStage } from './flow-stage.js';
import { flowOf, flowStages } from './job-flow.js';
import { ownSpaces } from './job-spaces.js';

/** What a stage's job in its queue says. */
export type StageState = JobState & Pick<FlowStage, 'stage'>;

@Injectable()
export class JobQueue {
  constructor(
    private readonly producer: QueueProducer,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** @throws QueueUnavailableError while nothing can be added. */
  check(): Promise<void> {
    return this.producer.check();
  }

  /**
   * Makes the job's spaces, and adds the whole chain at once; adding it again changes nothing.
   * @throws QueueUnavailableError
   */
  async add(job: JobRow): Promise<void> {
    for (const space of ownSpaces(job.id)) await this.keeper.create(job.tenantId, space);
    await this.producer.addFlow(flowOf(job));
  }

  /**
   * The states of a job's stages in their order, from a stage on, up to the first that has not
   * completed: the others wait for it.
   */
  async states(job: JobRow, from = 0): Promise<StageState[]> {
    const states: StageState[] = [];
    for (const { stage, name, id } of flowStages(job).slice(from)) {
      const state = await this.producer.state(name, id);
      states.push({ stage, ...state });
      if (state.state !== 'completed') break;
    }
    return states;
  }

  /**
   * Leaves nothing of a job's flow in the queues.
   * @returns false where a worker is still at a stage of it.
   */
  async remove(job: JobRow): Promise<boolean> {
    const stages = flowStages(job).toReversed();
    const removed: boolean[] = [];
    for (const { name, id } of stages) removed.push(await this.producer.remove(name, id));
    return removed.every(Boolean);
  }

  /** Reaches the worker that runs a stage, on whatever pod. Idempotent. */
  async cancel(job: JobRow): Promise<void> {
    await this.producer.cancel(job.id);
  }
}
