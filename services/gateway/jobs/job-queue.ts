// A job's flow in the queues: added, looked at, cancelled.
import { Injectable } from '@nestjs/common';
import { type FlowNode, type JobState, QueueProducer } from '#platform/queue/queue-producer.js';
import type { JobRow } from '../database/tenant-records.js';
import type { FlowStage } from './flow-stage.js';
import { flowStages } from './job-flow.js';

export type StageState = FlowStage & JobState;

@Injectable()
export class JobQueue {
  constructor(private readonly producer: QueueProducer) {}

  /**
   * Adds the whole chain at once; adding it again changes nothing.
   * @throws QueueUnavailableError
   */
  async add(job: JobRow): Promise<void> {
    const [first, ...later] = flowStages(job);
    await this.producer.addFlow(
      later.reduce((before, stage) => node(stage, [before]), node(first!, [])),
    );
  }

  states(job: JobRow): Promise<StageState[]> {
    return Promise.all(
      flowStages(job).map(async (stage) => ({ ...stage, ...(await this.state(stage)) })),
    );
  }

  /**
   * A job and its state are two reads: one that ended between them has its result only in the next.
   */
  private async state({ name, id }: FlowStage): Promise<JobState> {
    const first = await this.producer.state(name, id);
    return first.state === 'completed' || first.state === 'failed'
      ? this.producer.state(name, id)
      : first;
  }

  /** Reaches the worker that runs a stage, on whatever pod. Idempotent. */
  async cancel(job: JobRow): Promise<void> {
    await this.producer.cancel(job.id);
  }
}

/** The payload belongs to the queue of that name: flowStages made them together. */
const node = ({ name, id, payload }: FlowStage, children: FlowNode[]): FlowNode =>
  ({ name, id, payload, children }) as FlowNode;
