// One tenant's jobs: placed at their times, followed to their ends.

import { setTimeout as sleep } from 'node:timers/promises';
import { isOver } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { type Order, requestOf, type Sets, uploadSets } from './orders.js';
import type { Patience } from './patience.js';
import { readResult, type Result } from './result.js';

/** A gateway that stands still is given up after this. */
const ANSWER_MS = 10_000;
const LOOK_MS = 1000;

export interface Placed {
  readonly order: Order;
  /** As it was answered; absent where no answer came. */
  readonly id?: string;
}

export interface Ended {
  readonly job: Job;
  readonly result: Result;
}

export class TenantLoad {
  readonly placed: Placed[] = [];
  readonly ended = new Map<string, Ended>();
  /** All that the tenant has in the end, as it is told. */
  records: Job[] = [];
  private sets?: Sets;

  constructor(
    readonly name: string,
    readonly client: LetheClient,
    private readonly orders: readonly Order[],
    private readonly patience: Patience,
  ) {
    client.openai.timeout = ANSWER_MS;
  }

  async prepare(): Promise<void> {
    this.sets = await this.patience.ask(() => uploadSets(this.client));
  }

  /** Resolves when every job has ended, or with the deadline. @returns what could not be had. */
  async run(): Promise<string[]> {
    const ends = await Promise.allSettled([
      ...this.orders.map((order) => this.place(order)),
      this.watch(),
    ]);
    return ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  }

  private async place(order: Order): Promise<void> {
    await sleep(order.at);
    // The same in every try, whatever became of the ones before.
    const headers = { 'Idempotency-Key': `${this.name}-${this.orders.indexOf(order)}` };
    try {
      const body = requestOf(order, this.sets!);
      const { id } = await this.patience.ask(() =>
        this.client.openai.post<Job>('/fine_tuning/jobs', { body, headers }),
      );
      this.placed.push({ order, id });
    } catch (error) {
      this.placed.push({ order });
      throw error;
    }
  }

  private async watch(): Promise<void> {
    while (this.ended.size < this.orders.length) {
      this.records = await this.look();
      for (const job of this.records)
        if (isOver(job) && !this.ended.has(job.id))
          this.ended.set(job.id, {
            job,
            result: await this.patience.ask(() => readResult(this.client, job)),
          });
      await sleep(LOOK_MS);
    }
    this.records = await this.look();
  }

  private look(): Promise<Job[]> {
    return this.patience.ask(async () => {
      const jobs: Job[] = [];
      for await (const job of this.client.openai.fineTuning.jobs.list({ limit: 100 }))
        jobs.push(job as Job);
      return jobs;
    });
  }
}
